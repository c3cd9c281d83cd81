//! Parts the remarks that the manifest allows from those that it does not, and finds what is allowed in vain.
//!
//! Called by `judge` at its end. That each code exists and each reason says something was checked by `validate`.

use super::{Judgement, Remark};
use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::lang::Lang;
use crate::manifest::Document;

pub(super) fn sort(
    document: &Document,
    found: Vec<Remark>,
    has_code: bool,
    lang: Lang,
) -> Judgement {
    let allow = &document.manifest().allow;
    let mut remarks = idle(document, &found, has_code, lang);
    let mut allowed = Vec::new();
    for Remark {
        subjects,
        diagnostic,
    } in found
    {
        let reasons = allow.get(diagnostic.code.as_str());
        let reason = |subject| reasons.and_then(|reasons| reasons.get(subject));
        match subjects.iter().find_map(reason) {
            Some(reason) => allowed.push((diagnostic, reason.clone())),
            None => remarks.push(diagnostic),
        }
    }
    remarks.sort_by(|one, other| place(one).cmp(&place(other)));
    allowed.sort_by(|(one, _), (other, _)| place(one).cmp(&place(other)));
    Judgement { remarks, allowed }
}

fn place(diagnostic: &Diagnostic) -> ((Option<&str>, usize), Code) {
    (diagnostic.order(), diagnostic.code)
}

/// What is allowed and does not occur: a leftover, or a typing error.
fn idle(document: &Document, found: &[Remark], has_code: bool, lang: Lang) -> Vec<Diagnostic> {
    let mut idle = Vec::new();
    for (code, reasons) in &document.manifest().allow {
        // What was not looked at may occur.
        if !has_code && Code::parse(code).is_some_and(Code::is_of_code) {
            continue;
        }
        let occurs = || {
            let of_code = |remark: &&Remark| remark.diagnostic.code.as_str() == code;
            found
                .iter()
                .filter(of_code)
                .flat_map(|remark| &remark.subjects)
        };
        for subject in reasons.keys() {
            if occurs().any(|other| other == subject) {
                continue;
            }
            // One that has a reason already is not what was meant.
            let open = occurs().filter(|other| !reasons.contains_key(*other));
            let help = match nearest(subject, open.map(String::as_str)) {
                Some(near) => lang.either(
                    format!("did you mean `{near}`?"),
                    format!("¿querías decir `{near}`?"),
                ),
                None => lang.either("remove it", "quítalo").to_owned(),
            };
            let subject_shown = quoted(subject);
            let message = lang.either(
                format!("`{code}` is allowed for {subject_shown}, where it does not occur"),
                format!("`{code}` está permitido para {subject_shown}, donde no aparece"),
            );
            idle.push(
                Diagnostic::warning(Code::IdleAllowance, message)
                    .at(
                        document.key_span(&["allow", code, subject]),
                        lang.either("this allows nothing", "esto no permite nada"),
                    )
                    .help(help),
            );
        }
    }
    idle
}
