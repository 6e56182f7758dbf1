//! A figure beside its floor.

use std::fmt;

/// What was measured, in the unit that the names of both sides state.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    /// What, such as "open with 3 registries".
    pub(crate) what: String,
    /// The unit of both, such as "ms" or "MiB".
    pub(crate) unit: &'static str,
    /// Ours.
    pub(crate) ours: f64,
    /// What ours is compared with.
    pub(crate) floor: f64,
    /// What that is, such as "blank window".
    pub(crate) floor_is: &'static str,
    /// The largest ratio that we aim for.
    pub(crate) aim: f64,
}

impl Figure {
    /// How many times the floor ours is.
    fn ratio(&self) -> f64 {
        self.ours / self.floor
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            unit,
            ours,
            floor,
            floor_is,
            aim,
        } = self;
        let ratio = self.ratio();
        let verdict = if ratio <= *aim { "met" } else { "MISSED" };
        write!(
            f,
            "{what:<36} {ours:>9.1} {unit:<4} {floor:>9.1} {unit:<4} {ratio:>6.2} x {aim:>6.2} x  {verdict:<6}  {floor_is}"
        )
    }
}

/// The figures as a table.
pub(crate) fn table(figures: &[Figure]) -> String {
    let head = format!(
        "{:<36} {:>14} {:>14} {:>8} {:>8}  {:<6}  {}",
        "", "ours     ", "floor     ", "ratio", "aim", "", "floor is"
    );
    let rows = figures.iter().map(ToString::to_string);
    std::iter::once(head)
        .chain(rows)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The middle one of several measurements.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_one() {
        assert!((median(vec![9.0, 1.0, 5.0]) - 5.0).abs() < f64::EPSILON);
    }
}
