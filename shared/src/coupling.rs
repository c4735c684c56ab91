//! Who is paired with whom in training.

/// The one-to-one assignment of rows to columns whose costs add up to the least: `result[row]` is the column.
///
/// Exact, by shortest augmenting paths (Jonker and Volgenant, 1987), in O(n³) for n × n costs.
///
/// # Panics
/// If the matrix is not square.
pub fn assignment(cost: &[Vec<f64>]) -> Vec<usize> {
    let n = cost.len();
    assert!(cost.iter().all(|row| row.len() == n), "as many rows as columns");
    // Column n stands for "not assigned yet"; potentials keep all reduced costs at least 0.
    let (mut of_row, mut of_column) = (vec![0.0; n], vec![0.0; n + 1]);
    let mut row_of = vec![usize::MAX; n + 1];
    for row in 0..n {
        row_of[n] = row;
        let (mut least, mut before, mut used) = (vec![f64::INFINITY; n], vec![n; n], vec![false; n + 1]);
        let mut column = n;
        while row_of[column] != usize::MAX {
            used[column] = true;
            let here = row_of[column];
            let (mut step, mut next) = (f64::INFINITY, n);
            for candidate in (0..n).filter(|&candidate| !used[candidate]) {
                let reduced = cost[here][candidate] - of_row[here] - of_column[candidate];
                if reduced < least[candidate] {
                    (least[candidate], before[candidate]) = (reduced, column);
                }
                if least[candidate] < step {
                    (step, next) = (least[candidate], candidate);
                }
            }
            for candidate in 0..=n {
                if used[candidate] {
                    of_row[row_of[candidate]] += step;
                    of_column[candidate] -= step;
                } else {
                    least[candidate] -= step;
                }
            }
            column = next;
        }
        while column != n {
            row_of[column] = row_of[before[column]];
            column = before[column];
        }
    }
    let mut result = vec![0; n];
    (0..n).for_each(|column| result[row_of[column]] = column);
    result
}

/// Exchanges the noises of a batch among images of the same class, so that the squared distances of all pairs add up to
/// the least: the minimum of Σᵢ ‖xᵢ − z_σ(i)‖² over all permutations σ that keep the classes (minibatch optimal
/// transport).
///
/// Only within a class: an exchange between classes would make the noise depend on the class (C²OT, Cheng and Schwing,
/// 2025), and what one class's encoding finds would then not be noise to another.
///
/// Noises and images are one vector for each member of the batch, all of one length; classes are one number for each.
/// Here are three members with one value each.
///
/// ```
/// use shared::coupling::transport_within_classes;
///
/// let images = [vec![-0.9], vec![1.8], vec![0.0]];
/// let mut noise = [vec![2.0], vec![-1.0], vec![5.0]];
/// transport_within_classes(&mut noise, &images, &[0, 0, 1]);
/// // The first two are of one class, and exchange their noises; the third is alone in its class.
/// assert_eq!(noise, [vec![-1.0], vec![2.0], vec![5.0]]);
/// ```
pub fn transport_within_classes(noise: &mut [Vec<f32>], images: &[Vec<f32>], classes: &[usize]) {
    let most = classes.iter().max().map_or(0, |most| most + 1);
    for class in 0..most {
        let members: Vec<usize> = (0..classes.len()).filter(|&i| classes[i] == class).collect();
        let squared = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum();
        let cost: Vec<Vec<f64>> =
            members.iter().map(|&i| members.iter().map(|&j| squared(&images[i], &noise[j])).collect()).collect();
        let chosen: Vec<Vec<f32>> = assignment(&cost).into_iter().map(|j| noise[members[j]].clone()).collect();
        members.iter().zip(chosen).for_each(|(&i, chosen)| noise[i] = chosen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::Seed;

    fn permutations(n: usize) -> Vec<Vec<usize>> {
        if n == 0 {
            return vec![vec![]];
        }
        let shorter = permutations(n - 1);
        let insert = |p: &Vec<usize>, at: usize| {
            let mut longer = p.clone();
            longer.insert(at, n - 1);
            longer
        };
        shorter.iter().flat_map(|p| (0..n).map(move |at| insert(p, at))).collect()
    }

    #[test]
    fn the_assignment_is_the_best_of_all() {
        for seed in 0..20 {
            let numbers = Seed(seed).noise(0, 36);
            let cost: Vec<Vec<f64>> =
                numbers.chunks(6).map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect();
            let total = |p: &[usize]| p.iter().enumerate().map(|(row, column)| cost[row][*column]).sum::<f64>();
            let best = permutations(6).iter().map(|p| total(p)).fold(f64::INFINITY, f64::min);
            assert!((total(&assignment(&cost)) - best).abs() < 1e-12, "seed {seed}");
        }
    }

    #[test]
    fn in_one_dimension_transport_sorts_and_keeps_to_the_classes() {
        let column = |values: Vec<f32>| -> Vec<Vec<f32>> { values.into_iter().map(|x| vec![x]).collect() };
        let (mut noise, images) = (column(Seed(1).noise(0, 40)), column(Seed(2).noise(0, 40)));
        let classes: Vec<usize> = (0..40).map(|i| i % 2).collect();
        let before = noise.clone();
        transport_within_classes(&mut noise, &images, &classes);
        for class in 0..2 {
            let of = |all: &[Vec<f32>]| -> Vec<f32> { all.iter().skip(class).step_by(2).map(|x| x[0]).collect() };
            let mut pairs: Vec<(f32, f32)> = of(&images).into_iter().zip(of(&noise)).collect();
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(pairs.windows(2).all(|pair| pair[0].1 < pair[1].1), "{pairs:?}");
            let (mut old, mut new) = (of(&before), of(&noise));
            old.sort_by(f32::total_cmp);
            new.sort_by(f32::total_cmp);
            assert_eq!(old, new, "nothing is lost");
        }
    }
}
