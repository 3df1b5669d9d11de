//! Whether a folder lies on a mount that nobody can write to, as a Kubernetes Secret does.

use std::path::Path;

/// Linux tells; elsewhere a ring counts as writable, which is the stricter answer.
pub(super) fn is_read_only(dir: &Path) -> bool {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo");
    match (mounts, dir.canonicalize()) {
        (Ok(mounts), Ok(dir)) => says_read_only(&mounts, &dir),
        _ => false,
    }
}

/// Reads proc_pid_mountinfo(5): the mount of `dir` is the deepest, and the last of that depth.
fn says_read_only(mounts: &str, dir: &Path) -> bool {
    let mount = |line: &str| {
        let mut fields = line.split(' ').skip(4);
        let (point, options) = (fields.next()?, fields.next()?);
        // A space in a path is written as \040.
        let point = point.replace("\\040", " ");
        dir.starts_with(&point).then(|| (point.len(), options.split(',').any(|word| word == "ro")))
    };
    mounts.lines().filter_map(mount).max_by_key(|(depth, _)| *depth).is_some_and(|(_, ro)| ro)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:30 / /run/keys ro,relatime - tmpfs tmpfs rw
31 22 0:31 / /run/my\\040keys ro,relatime - tmpfs tmpfs rw
32 30 0:32 / /run/keys/own rw,relatime - tmpfs tmpfs rw";

    #[test]
    fn the_deepest_mount_decides() {
        for (dir, read_only) in [
            ("/srv/keys", false),
            ("/run/keys", true),
            ("/run/keys/shop", true),
            ("/run/keys-of-others", false),
            ("/run/my keys", true),
            ("/run/keys/own/shop", false),
        ] {
            assert_eq!(says_read_only(MOUNTS, Path::new(dir)), read_only, "{dir}");
        }
    }
}
