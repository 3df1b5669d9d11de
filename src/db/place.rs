//! Where a database may lie: not on a network file system, whose locks and shared memory SQLite
//! cannot trust.

use std::path::{Path, PathBuf};

use super::DbError;

/// File systems whose files other hosts write too, as the kernel names them.
const NETWORK: &[&str] = &[
    "9p",
    "acfs",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "gfs",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "pvfs2",
    "smb2",
    "smb3",
    "smbfs",
];

/// The same behind FUSE, whose names begin with `fuse.`.
const NETWORK_FUSE: &[&str] = &[
    "ceph",
    "davfs2",
    "gcsfuse",
    "glusterfs",
    "goofys",
    "juicefs",
    "mount.ceph",
    "rclone",
    "s3fs",
    "sshfs",
];

/// Refuses a `path` on a network file system, where the kernel tells, and a file that is mounted without
/// its folder: SQLite's log lies beside the path, and each side of the mount would have its own.
pub(super) fn check(path: &Path) -> Result<(), DbError> {
    let Ok(mounts) = std::fs::read_to_string("/proc/self/mountinfo") else {
        return Ok(());
    };
    let Some(folder) = real_folder(path) else {
        return Ok(());
    };
    if path.canonicalize().is_ok_and(|file| is_mount_point(&mounts, &file)) {
        return Err(DbError::MountedAlone);
    }
    match file_system(&mounts, &folder) {
        Some(kind) if is_network(kind) => Err(DbError::NetworkFileSystem(kind.into())),
        _ => Ok(()),
    }
}

fn is_mount_point(mounts: &str, file: &Path) -> bool {
    mounts.lines().filter_map(|line| line.split(' ').nth(4)).any(|at| unescaped(at) == file)
}

/// The folder that the file itself lies in, behind all links.
fn real_folder(path: &Path) -> Option<PathBuf> {
    let file = path.canonicalize().or_else(|_| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        Ok::<_, std::io::Error>(parent.unwrap_or(Path::new(".")).canonicalize()?.join("file"))
    });
    file.ok()?.parent().map(Path::to_path_buf)
}

fn is_network(kind: &str) -> bool {
    NETWORK.contains(&kind)
        || kind.strip_prefix("fuse.").is_some_and(|name| NETWORK_FUSE.contains(&name))
}

/// The kind of file system that `folder` lies on (proc(5), mountinfo).
fn file_system<'m>(mounts: &'m str, folder: &Path) -> Option<&'m str> {
    mounts
        .lines()
        .filter_map(|line| {
            let (mount, about) = line.split_once(" - ")?;
            let point = unescaped(mount.split(' ').nth(4)?);
            let kind = about.split(' ').next()?;
            folder.starts_with(&point).then_some((point.as_os_str().len(), kind))
        })
        // Of two mounts in one place the later one is seen.
        .max_by_key(|(length, _)| *length)
        .map(|(_, kind)| kind)
}

/// Blanks and backslashes in a mount point are written in octal.
fn unescaped(text: &str) -> PathBuf {
    let mut plain = text.to_owned();
    for (escape, character) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        plain = plain.replace(escape, character);
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:25 / /srv rw - nfs4 filer:/srv rw,vers=4.2
31 30 0:26 / /srv/local rw - xfs /dev/sdb rw
32 22 0:27 / /mnt/two\\040words rw - fuse.sshfs host:/ rw
33 22 0:28 / /tmp rw - ext4 /dev/sdc rw
34 22 0:29 / /tmp rw - tmpfs tmpfs rw
";

    #[test]
    fn the_nearest_mount_counts() {
        let kind = |folder| file_system(MOUNTS, Path::new(folder));
        assert_eq!(kind("/var/lib"), Some("ext4"));
        assert_eq!(kind("/srv"), Some("nfs4"));
        assert_eq!(kind("/srv/lists"), Some("nfs4"));
        assert_eq!(kind("/srv/local/lists"), Some("xfs"));
        assert_eq!(kind("/srvlists"), Some("ext4"));
        assert_eq!(kind("/mnt/two words/lists"), Some("fuse.sshfs"));
        assert_eq!(kind("/tmp/lists"), Some("tmpfs"));
    }

    #[test]
    fn a_file_that_is_mounted_alone_is_known() {
        assert!(is_mount_point(MOUNTS, Path::new("/mnt/two words")));
        assert!(!is_mount_point(MOUNTS, Path::new("/srv/local/revoked.db")));
    }

    #[test]
    fn network_file_systems_are_known_by_name() {
        for kind in ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse.sshfs", "fuse.glusterfs"] {
            assert!(is_network(kind), "{kind}");
        }
        for kind in ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "fuse.ntfs-3g"] {
            assert!(!is_network(kind), "{kind}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_yet_lies_in_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let real = folder.path().canonicalize().expect("a path");
        assert_eq!(real_folder(&folder.path().join("revoked.db")), Some(real));
        assert_eq!(real_folder(&folder.path().join("none").join("revoked.db")), None);
    }
}
