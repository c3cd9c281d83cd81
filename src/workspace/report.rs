//! What came of bringing a plan to a folder: one list of paths for each thing that can happen to
//! a file. Returned by `create` and `apply`; `commands::show` puts it into words.

/// What happened to every file, or would happen, depending on the `Mode`. Paths use `/`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Report {
    /// Written for the first time.
    pub created: Vec<String>,
    /// Was as microkit had left it, and now holds the new text.
    pub updated: Vec<String>,
    /// Was edited by the user, and now holds microkit's changes as well.
    pub merged: Vec<String>,
    /// As `merged`, but the result does not look right; why.
    pub suspects: Vec<Standing>,
    /// Was changed by both in the same place, which is marked in the file.
    pub conflicts: Vec<String>,
    /// Is in another place now, with the user's edits: `before -> now`.
    pub moved: Vec<String>,
    /// No longer part of the system, and was as microkit had left it.
    pub deleted: Vec<String>,
    /// Edited or deleted by the user, and left so.
    pub kept: Vec<String>,
    /// No longer part of the system, but edited: left where it is, and the user's from now on.
    pub released: Vec<String>,
    /// Already as it should be.
    pub unchanged: usize,
    /// Already as it should be, but not yet noted in the base.
    pub adopted: usize,
    /// In the way of something that would have to be written, and left alone.
    pub standing: Vec<Standing>,
    /// Holds a conflict of an earlier run: as long as there is one of them, nothing is written.
    pub marked: Vec<String>,
    /// What the writing changes in which file; for a dry run alone.
    pub previews: Vec<Preview>,
}

/// A path, and what is the matter with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub path: String,
    /// To be read after the path: "is read-only, and ...".
    pub reason: String,
}

/// One file before and after; `None` where it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub path: String,
    pub before: Option<Vec<u8>>,
    pub after: Option<Vec<u8>>,
}

impl Report {
    /// Whether the folder is as the plan wants it, apart from what the user made of it.
    pub fn is_clean(&self) -> bool {
        self.written() == 0
            && self.released.is_empty()
            && self.adopted == 0
            && !self.needs_the_user()
    }

    /// How many files are written or deleted.
    pub fn written(&self) -> usize {
        let lists = [
            &self.created,
            &self.updated,
            &self.merged,
            &self.conflicts,
            &self.moved,
            &self.deleted,
        ];
        lists.map(Vec::len).iter().sum::<usize>() + self.suspects.len()
    }

    /// Whether something is left that only the user can settle.
    pub fn needs_the_user(&self) -> bool {
        let named = [self.standing.len(), self.suspects.len()];
        let paths = [self.conflicts.len(), self.marked.len()];
        named.iter().chain(&paths).any(|count| *count > 0)
    }

    /// Whether all that is wrong is that the base does not know files that are as they should be: it was lost, or left out of
    /// a commit.
    pub fn is_unknown_to_base(&self) -> bool {
        self.adopted > 0
            && self.written() == 0
            && self.released.is_empty()
            && !self.needs_the_user()
    }

    /// Whether an earlier conflict is not settled yet, so that nothing may be written.
    pub fn is_refused(&self) -> bool {
        !self.marked.is_empty()
    }
}
