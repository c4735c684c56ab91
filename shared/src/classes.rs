//! The names of classes: the one place that turns them into numbers.

/// No class has the name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no class {name:?}; there are {}", known.join(", "))]
pub struct UnknownClass {
    /// The name that was asked for.
    pub name: String,
    /// The names that there are.
    pub known: Vec<String>,
}

/// The number of the class called `name`: by the same letters or, if there is none, whatever their case.
///
/// # Errors
/// [`UnknownClass`] lists the classes that there are.
///
/// ```
/// use shared::classes::number;
///
/// let classes = ["A", "a", "Ankle boot"].map(str::to_owned);
/// assert_eq!(number(&classes, "a"), Ok(1));
/// assert_eq!(number(&classes, "ankle boot"), Ok(2));
/// assert!(number(&classes, "sandal").is_err_and(|error| error.to_string().contains("Ankle boot")));
/// ```
pub fn number(classes: &[String], name: &str) -> Result<usize, UnknownClass> {
    let exact = classes.iter().position(|class| class == name);
    let found = exact.or_else(|| classes.iter().position(|class| class.to_lowercase() == name.to_lowercase()));
    found.ok_or_else(|| UnknownClass { name: name.to_owned(), known: classes.to_vec() })
}

/// What the file of a held-out image is called: the number of the example, and the letters and digits of its class, whatever
/// a model calls it.
///
/// ```
/// use shared::classes::example_file;
///
/// assert_eq!(example_file(84, "Ankle boot"), "084-ankle-boot.png");
/// assert_eq!(example_file(7, "../../glasses + hat"), "007-glasses-hat.png");
/// ```
pub fn example_file(number: usize, class: &str) -> String {
    let words: Vec<String> =
        class.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    format!("{number:03}-{}.png", words.join("-"))
}
