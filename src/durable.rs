//! Files that are whole or absent: written beside, fsynced, then linked or renamed into place.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Who may read a file or folder that we make, whatever the umask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone: files 0600, folders 0700.
    Owner,
    /// Everyone: files 0644, folders 0755.
    Everyone,
}

impl Readers {
    #[cfg(unix)]
    const fn file_mode(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::Everyone => 0o644,
        }
    }

    #[cfg(unix)]
    const fn folder_mode(self) -> u32 {
        match self {
            Self::Owner => 0o700,
            Self::Everyone => 0o755,
        }
    }
}

/// Creates the file `path`, which must not exist.
///
/// The name appears with its whole content, already on the disk, or not at all; of two creators one
/// wins. A reader never sees half a file, and `kill -9` leaves at most a `.tmp-` file behind.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when the name is taken; else what the system says.
pub fn create_new(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let staged = Staged::write(path, bytes, readers)?;
    staged.link_to(path)?;
    sync_folder_of(path)
}

/// Creates the file `path` as [`create_new`] does, if `still` holds when its content is on the disk
/// and only the name is missing; tells whether it did.
///
/// # Errors
/// As [`create_new`].
pub(crate) fn create_new_if(
    path: &Path,
    bytes: &[u8],
    readers: Readers,
    still: impl FnOnce() -> bool,
) -> io::Result<bool> {
    let staged = Staged::write(path, bytes, readers)?;
    if !still() {
        return Ok(false);
    }
    staged.link_to(path)?;
    sync_folder_of(path)?;
    Ok(true)
}

/// Removes the file `path`: one that a writer left behind when it was interrupted.
///
/// # Errors
/// What the system says.
#[expect(clippy::disallowed_methods, reason = "the one place that writes files")]
pub(crate) fn remove_left_over(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    sync_folder_of(path)
}

/// Replaces the file `path`, or creates it: readers see the old content or the new.
///
/// # Errors
/// What the system says; the old content stays then.
pub fn replace(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let staged = Staged::write(path, bytes, readers)?;
    staged.rename_to(path)?;
    sync_folder_of(path)
}

/// Creates the folder `path` and its parents; one that exists is left as it is.
///
/// # Errors
/// What the system says.
pub fn create_folder(path: &Path, readers: Readers) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        create_folder(parent, Readers::Everyone)?;
    }
    match folder_builder(readers).create(path) {
        Ok(()) => set_folder_mode(path, readers),
        Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// Creates the folder `path`, which must not exist, for its owner alone.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when the name is taken; else what the system says.
pub fn create_new_folder(path: &Path) -> io::Result<()> {
    folder_builder(Readers::Owner).create(path)?;
    set_folder_mode(path, Readers::Owner)
}

/// A folder that is ours alone among those who lock it, until this is dropped.
#[derive(Debug)]
pub(crate) struct FolderLock(#[expect(dead_code, reason = "held, not read")] Option<File>);

/// Locks the folder `path`, waiting up to `patience` for who holds it. Where the file system has no
/// locks nothing is held: numbered names have one winner anyway.
///
/// # Errors
/// [`io::ErrorKind::WouldBlock`] when the patience is at its end.
pub(crate) fn lock_folder(path: &Path, patience: Duration) -> io::Result<FolderLock> {
    const PAUSE: Duration = Duration::from_millis(5);
    let Ok(folder) = File::open(path) else {
        return Ok(FolderLock(None));
    };
    let mut waited = Duration::ZERO;
    loop {
        match folder.try_lock() {
            Ok(()) => return Ok(FolderLock(Some(folder))),
            Err(TryLockError::Error(_)) => return Ok(FolderLock(None)),
            Err(TryLockError::WouldBlock) if waited >= patience => {
                return Err(io::Error::new(
                    io::ErrorKind::WouldBlock,
                    "another process is at work",
                ));
            }
            Err(TryLockError::WouldBlock) => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
        }
    }
}

/// Reads the file `path`, refusing one of more than `most` bytes before reading it.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] past `most`; else what the system says.
pub fn read_at_most(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder, not a file"));
    }
    let size = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    read_into(Vec::with_capacity(size.min(most).saturating_add(1)), file, most)
}

/// Reads the regular file `path`, or the one that it links to, as [`read_at_most`] does.
///
/// For names that a folder has and nobody gave: to open a FIFO would wait for a writer for ever.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] if it is a FIFO, a socket or a device; else as [`read_at_most`].
pub(crate) fn read_regular_at_most(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let found = fs::metadata(path)?;
    if !found.is_file() && !found.is_dir() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no regular file"));
    }
    read_at_most(path, most)
}

/// Reads all of `stream`, refusing more than `most` bytes.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] past `most`; else what the stream says.
pub fn read_stream_at_most(stream: impl io::Read, most: usize) -> io::Result<Vec<u8>> {
    read_into(Vec::new(), stream, most)
}

/// A buffer of the right size never moves: no copy of a secret is left behind.
fn read_into(mut bytes: Vec<u8>, stream: impl io::Read, most: usize) -> io::Result<Vec<u8>> {
    let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    stream.take(bound).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        let message = format!("holds more than {most} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// Who besides its owner has a right to a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exposure {
    Owner,
    Group,
    World,
}

/// A right, as the permission bits of everyone else have it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Right {
    Read,
    Write,
}

/// Tells who has `right` to `path`.
#[cfg(unix)]
pub(crate) fn exposure(path: &Path, right: Right) -> io::Result<Exposure> {
    use std::os::unix::fs::PermissionsExt as _;
    let world = match right {
        Right::Read => 0o004,
        Right::Write => 0o002,
    };
    let mode = fs::metadata(path)?.permissions().mode();
    Ok(if mode & world != 0 {
        Exposure::World
    } else if mode & (world << 3) != 0 {
        Exposure::Group
    } else {
        Exposure::Owner
    })
}

/// Elsewhere access lists decide, which we cannot judge.
#[cfg(not(unix))]
pub(crate) fn exposure(path: &Path, _: Right) -> io::Result<Exposure> {
    fs::metadata(path).map(|_| Exposure::Owner)
}

/// A complete, fsynced file under a temporary name; removed on drop.
struct Staged(PathBuf);

impl Staged {
    fn write(target: &Path, bytes: &[u8], readers: Readers) -> io::Result<Self> {
        let (staged, mut file) = Self::create_beside(target)?;
        set_file_mode(&file, readers)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(staged)
    }

    fn create_beside(target: &Path) -> io::Result<(Self, File)> {
        let name = target.file_name().and_then(|name| name.to_str()).unwrap_or("file");
        for attempt in 0..10_000_u32 {
            let temporary = format!(".{name}.tmp-{}-{attempt}", std::process::id());
            let path = target.with_file_name(temporary);
            match open_exclusive(&path) {
                Ok(file) => return Ok((Self(path), file)),
                Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => {}
                Err(fault) => return Err(fault),
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many temporary files"))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that writes files")]
    fn link_to(self, target: &Path) -> io::Result<()> {
        fs::hard_link(&self.0, target)
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that writes files")]
    fn rename_to(self, target: &Path) -> io::Result<()> {
        fs::rename(&self.0, target)
    }
}

impl Drop for Staged {
    #[expect(clippy::disallowed_methods, reason = "the one place that writes files")]
    fn drop(&mut self) {
        // After a rename the name is gone already; after a failure there is nobody to tell.
        let _ = fs::remove_file(&self.0);
    }
}

fn open_exclusive(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // Private from the first byte; the wanted mode follows before any content.
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(unix)]
fn folder_builder(readers: Readers) -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = DirBuilder::new();
    builder.mode(readers.folder_mode());
    builder
}

#[cfg(not(unix))]
fn folder_builder(_: Readers) -> DirBuilder {
    DirBuilder::new()
}

#[cfg(unix)]
fn set_file_mode(file: &File, readers: Readers) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(readers.file_mode()))
}

#[cfg(unix)]
fn set_folder_mode(path: &Path, readers: Readers) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(readers.folder_mode()))
}

#[cfg(not(unix))]
fn set_file_mode(_: &File, _: Readers) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn set_folder_mode(_: &Path, _: Readers) -> io::Result<()> {
    Ok(())
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    #[cfg(unix)]
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = parent;
    Ok(())
}
