//! `[allow]`: each code is that of a remark on the architecture, each reason says something.
//!
//! Called by `validate`. Whether a remark occurs where it is allowed is for `judge` to say.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, nearest, quoted};

impl Checker<'_> {
    pub(super) fn allowances(&mut self) {
        let manifest = self.manifest;
        for (text, reasons) in &manifest.allow {
            let known = Code::ALL.iter().find(|code| code.as_str() == text);
            if !known.is_some_and(|code| code.is_remark()) {
                self.no_remark(text);
            }
            for (subject, reason) in reasons {
                if reason.trim().is_empty() {
                    let message = format!("{} is allowed without a reason", quoted(subject));
                    let place = self.document.value_span(&["allow", text, subject]);
                    self.found.push(
                        Diagnostic::error(Code::NoReason, message)
                            .at(place, "nothing is said here")
                            .help("say in a few words why it is right here: who reads this next has to know"),
                    );
                }
            }
        }
    }

    fn no_remark(&mut self, text: &str) {
        let place = self.document.key_span(&["allow", text]);
        let remarks = Code::ALL.iter().filter(|code| code.is_remark());
        let found = match Code::parse(text).filter(|code| !code.is_remark()) {
            Some(code) => {
                let (what, help) = match code {
                    Code::IdleAllowance => (
                        "warning",
                        "remove it, and the allowance that allows nothing",
                    ),
                    _ => ("mistake", "remove it: a mistake has to be put right"),
                };
                Diagnostic::error(
                    Code::UnknownValue,
                    format!("the {what} `{code}` can't be allowed"),
                )
                .at(place, "no remark on the architecture")
                .help(help)
            }
            None => {
                let help = match nearest(text, remarks.map(|code| code.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`microkit explain` lists all codes".to_owned(),
                };
                Diagnostic::error(
                    Code::UnknownValue,
                    format!("there is no code {}", quoted(text)),
                )
                .at(place, "unknown code")
                .help(help)
            }
        };
        self.found.push(found);
    }
}
