//! One page a module: what it shows and what its form does.

pub(crate) mod home;
pub(crate) mod links;
pub(crate) mod missing;
pub(crate) mod oauth;
pub(crate) mod password;
pub(crate) mod sign_in;
pub(crate) mod sign_out;

use std::ops::RangeInclusive;

use crate::field::Field;

/// Two fields for a password that is new: nobody sees what is typed.
fn new_password([label, repeat]: [&'static str; 2], chars: &RangeInclusive<usize>) -> [Field; 2] {
    let hint = format!("{} to {} characters. Passwords that many people use are refused.", chars.start(), chars.end());
    [
        Field::password("password", label, "new-password").required("Choose a password.").hint(hint),
        Field::password("again", repeat, "new-password").required_of_people(),
    ]
}
