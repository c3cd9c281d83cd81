//! A copy of the shop of `examples/`, for tests that change it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::touch::touch;

pub type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// Copies it to this folder of the repository, and gives its path. The same place each time, so that cargo knows it again.
pub fn shop_copied_to(place: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join(place);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    for (path, text) in tree(&root.join("examples/shop")) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    touch(&folder);
    folder
}

/// Every file by its path, but for what a build or a run leaves there, and for passwords.
pub fn tree(folder: &Path) -> Tree {
    let (mut files, mut folders) = (Tree::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if ["target", "data", ".env"]
                .iter()
                .any(|other| name == *other)
            {
                continue;
            }
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let text = fs::read(&path).unwrap();
                    files.insert(path.strip_prefix(folder).unwrap().to_owned(), text);
                }
            }
        }
    }
    files
}
