//! Closed lists whose members have names: menus, the command line, links, files and tests read the same list.

/// A name that nothing in a closed list has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {what} is called {name:?}; there are {known}")]
pub struct UnknownName {
    /// What the list is of.
    pub what: &'static str,
    /// The name that was asked for.
    pub name: String,
    /// The names that there are.
    pub known: String,
}

/// Gives an enum without fields `ALL`, `name`, [`Display`](std::fmt::Display) and [`FromStr`](std::str::FromStr).
#[macro_export]
macro_rules! named {
    ($type:ident is a $what:literal: $($variant:ident = $name:literal),+ $(,)?) => {
        impl $type {
            /// Every member of the list, in the order of menus and tables.
            pub const ALL: [$type; [$($name),+].len()] = [$($type::$variant),+];

            /// The name on the command line, in links and in files.
            pub fn name(self) -> &'static str {
                match self {
                    $($type::$variant => $name),+
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::named::UnknownName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                $type::ALL.into_iter().find(|member| member.name() == name).ok_or_else(|| {
                    let known = [$($name),+].join(", ");
                    $crate::named::UnknownName { what: $what, name: name.to_owned(), known }
                })
            }
        }
    };
}

pub use named;
