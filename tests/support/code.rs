//! The files of a workspace, or of a part of one, as `judge` takes them. Used by `diagnostics.rs` and `judgement.rs`.

use std::fs;
use std::path::Path;

use microkit::diagnostic::Source;

/// All files of a folder and below it, their paths from there.
pub fn code(folder: &Path) -> Vec<Source> {
    let mut code = Vec::new();
    collect(folder, "", &mut code);
    code
}

fn collect(root: &Path, folder: &str, code: &mut Vec<Source>) {
    let entries = fs::read_dir(root.join(folder)).expect("the folder is there");
    let mut entries: Vec<_> = entries.map(Result::unwrap).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = match folder {
            "" => entry.file_name().display().to_string(),
            _ => format!("{folder}/{}", entry.file_name().display()),
        };
        match entry.path().is_dir() {
            true => collect(root, &path, code),
            false => code.push(Source {
                path,
                text: fs::read_to_string(entry.path()).unwrap().into(),
            }),
        }
    }
}
