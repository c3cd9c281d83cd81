//! The list of codes. A code never changes its meaning and is never used again.
//!
//! Each has a page under `explanations/`, in English and in `es/` in Spanish, shown by `microkit explain`, and a fixture
//! under `tests/diagnostics/`.

use std::fmt;

use crate::lang::Lang;

macro_rules! codes {
    ($($code:ident $name:ident: $title:literal;)*) => {
        /// What kind of mistake it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", stringify!($code), "`: ", $title)] $name,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// `MK0001`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($code),)* }
            }

            /// One line on what is wrong.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// The page in Markdown: what, why, a wrong example and a right one.
            pub fn explanation(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $(
                        (Self::$name, Lang::En) => include_str!(concat!("explanations/", stringify!($code), ".md")),
                        (Self::$name, Lang::Es) => include_str!(concat!("explanations/es/", stringify!($code), ".md")),
                    )*
                }
            }
        }
    };
}

codes! {
    MK0001 Syntax: "the file is not valid TOML";
    MK0002 DuplicateKey: "a key or a table is there twice";
    MK0003 UnknownKey: "a key that microkit does not know";
    MK0004 WrongType: "a value of the wrong type";
    MK0005 MissingKey: "a key that must be there is missing";
    MK0006 UnknownValue: "a value that is not one of those allowed";
    MK0007 MisplacedOption: "an option that the field's type does not have";
    MK0008 NoServices: "a system without services";

    MK0101 MalformedName: "a name of the wrong form";
    MK0102 KeywordName: "a name that is a keyword of Rust";
    MK0103 ToolchainName: "a name that Rust or cargo keeps for itself";
    MK0104 WindowsName: "a name of a device on Windows";
    MK0105 WorkspaceName: "a name that the generated workspace uses itself";
    MK0106 ThirdPartyName: "a service with the name of a library";
    MK0107 SameName: "two names that can't be told apart";
    MK0108 LongName: "a name that is too long";
    MK0109 TakenFieldName: "a field name that is taken";
    MK0110 TakenTypeName: "a generated type would get a name that is taken";

    MK0201 SamePort: "a port used twice";
    MK0202 PortRange: "a port out of range";
    MK0203 UnknownService: "a service that does not exist";
    MK0204 CallsItself: "a service that calls itself";
    MK0205 ListedTwice: "an entry listed twice";
    MK0206 NoDatabase: "a service that needs a database";
    MK0207 SamePath: "a path claimed twice";
    MK0208 TakenPath: "a path that is taken";
    MK0209 MalformedPath: "a path of the wrong form";
    MK0210 MalformedTimeout: "a timeout that can't be read";

    MK0301 MalformedReference: "a reference of the wrong form";
    MK0302 UnknownResource: "a reference to nothing";
    MK0303 ReferenceWithoutCall: "a reference to a service that is not called";
    MK0304 NothingToWrite: "a resource that no request can fill";
    MK0305 EnumValues: "the values of an enum";
    MK0306 ListContents: "the contents of a list";
    MK0307 Bounds: "bounds that nothing can meet";
    MK0308 WrongDefault: "a default that the field itself would refuse";
    MK0309 NoDefault: "a default where there can be none";
    MK0310 NotUnique: "a field that can't be unique";
    MK0311 NoStart: "a read-only field that has nothing to begin with";
    MK0312 ReferenceCircle: "resources that refer to each other in a circle";

    MK0401 UndeclaredEvent: "an event that is not declared";
    MK0402 NeverPublished: "an event that nobody publishes";
    MK0403 TwoPublishers: "an event with two publishers";
    MK0404 UnusedEvent: "an event that nobody uses";
    MK0405 EventField: "a field that an event can't carry";
    MK0406 ConsumesOwn: "a service that consumes its own event";

    MK0501 LargeFile: "a manifest that is too large";
    MK0502 ManyServices: "too many services or events";
    MK0503 ManyResources: "too many resources in a service";
    MK0504 ManyFields: "too many or too few fields";
    MK0505 ManyValues: "too many values in a list of the manifest";
    MK0506 DeepNesting: "values nested too deeply";

    MK0601 CallCycle: "calls that go round in a circle";
    MK0602 MutualCalls: "two services that call each other";
    MK0603 RequiredCircle: "resources of several services that need each other first";
    MK0604 LongChain: "a chain of calls that is too long";
    MK0605 ShortTimeout: "a gateway that gives up before its services do";
    MK0606 ManyDuties: "a service that does too much";
    MK0607 NothingOwn: "a service with nothing of its own";
    MK0608 Hub: "a service that most others call";
    MK0609 UnreadEvent: "an event that nobody reads";
    MK0610 SharedStore: "a store that two services reach";
    MK0611 RepeatedCall: "a call that may not be repeated, and is";
    MK0612 LostEvent: "an event that may get lost";

    MK0651 IdleAllowance: "an allowance that allows nothing";
    MK0652 NoReason: "an allowance without a reason";
}

impl Code {
    /// The code written like that, in capitals or not.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|code| code.as_str().eq_ignore_ascii_case(text))
            .copied()
    }

    /// Whether it is found in the code of the services, and so only where there is a workspace.
    pub fn is_of_code(self) -> bool {
        (Self::SharedStore..=Self::LostEvent).contains(&self)
    }

    /// Whether it is a remark on the architecture, which a manifest may allow, and no mistake.
    pub fn is_remark(self) -> bool {
        (Self::CallCycle..=Self::LostEvent).contains(&self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
