//! What came of bringing a plan to a folder: one list of paths for each thing that can happen to
//! a file. Returned by `create` and `apply`; `commands::show` puts it into words.

/// What happened to every file, or would happen, depending on the `Mode`. Paths use `/`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Report {
    /// Written for the first time.
    pub created: Vec<String>,
    /// Was as microkit had left it, and now holds the new text.
    pub updated: Vec<String>,
    /// No longer part of the system, and was as microkit had left it.
    pub deleted: Vec<String>,
    /// Edited or deleted by the user, while what microkit would write has not changed.
    pub kept: Vec<String>,
    /// No longer part of the system, but edited: left where it is, and the user's from now on.
    pub released: Vec<String>,
    /// Already as it should be.
    pub unchanged: usize,
    /// Already as it should be, but not yet noted in the base.
    pub adopted: usize,
    /// In the way of something that would have to be written: as long as there is one of them,
    /// nothing is.
    pub standing: Vec<Standing>,
}

/// A path that microkit would have to write to and must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub path: String,
    /// Why not, to be read after the path: "was edited, and ...".
    pub reason: String,
}

impl Report {
    /// Whether the folder is as the plan wants it, apart from what the user made of it.
    pub fn is_clean(&self) -> bool {
        self.created.is_empty()
            && self.updated.is_empty()
            && self.deleted.is_empty()
            && self.released.is_empty()
            && self.adopted == 0
            && self.standing.is_empty()
    }

    /// Whether a file is in the way, so that nothing may be written.
    pub fn is_refused(&self) -> bool {
        !self.standing.is_empty()
    }
}
