//! What can be done with the server itself.

use strum::VariantArray;

use super::{
    Action,
    Cell::{No, Yes},
    Need, Row, row,
};

/// An action on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum ServerAction {
    /// See how the server is, and how it is set up.
    Inspect,
}

impl Action for ServerAction {
    #[rustfmt::skip]
    fn row(self) -> Row {
        match self {
            //                  owner  admin  annotator
            Self::Inspect => row(Yes,  No,    No),
        }
    }

    fn need(self) -> Need {
        match self {
            Self::Inspect => Need::Person,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Inspect => "See the server's state and settings",
        }
    }
}
