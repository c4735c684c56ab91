//! Values of polynomials at the points 0, ±a, ±b and ∞, and the way back.

use pulp::Simd;

/// Outputs of a tile in one dimension.
pub(in crate::kernels::cpu) const SIDE: usize = 4;

/// Inputs of a tile in one dimension, and points of interpolation.
pub(super) const REACH: usize = SIDE + 2;

/// Places of a transformed tile.
pub(in crate::kernels::cpu) const PLACES: usize = REACH * REACH;

/// The points.
pub(super) const A: f32 = 0.75;
pub(super) const B: f32 = 1.5;
pub(super) const A2: f32 = A * A;
pub(super) const B2: f32 = B * B;

/// At 0, ±a and ±b, the products of the distances to all other points.
pub(super) const AT_0: f32 = A2 * B2;
pub(super) const AT_A: f32 = 2.0 * A2 * (A2 - B2);
pub(super) const AT_B: f32 = 2.0 * B2 * (B2 - A2);

/// A square of vectors.
pub(super) type Square<V, const N: usize> = [[V; N]; N];

/// A matrix that maps columns of M vectors to columns of N. Types, not closures: what is called in the loops must be
/// compiled for the CPU's own vectors, which closures are not sure to be.
pub(super) trait Matrix<const M: usize, const N: usize> {
    fn times<S: Simd>(simd: S, column: [S::f32s; M]) -> [S::f32s; N];
}

/// L · m · Lᵀ.
#[inline(always)]
pub(super) fn both<L: Matrix<M, N>, S: Simd, const M: usize, const N: usize>(
    simd: S,
    m: Square<S::f32s, M>,
) -> Square<S::f32s, N> {
    let zero = simd.splat_f32s(0.0);
    let mut left = [[zero; M]; N];
    for j in 0..M {
        let mut column = [zero; M];
        for i in 0..M {
            column[i] = m[i][j];
        }
        let column = L::times(simd, column);
        for i in 0..N {
            left[i][j] = column[i];
        }
    }
    let mut result = [[zero; N]; N];
    for i in 0..N {
        result[i] = L::times(simd, left[i]);
    }
    result
}

#[inline(always)]
pub(super) fn times<S: Simd>(simd: S, factor: f32, x: S::f32s) -> S::f32s {
    simd.mul_f32s(simd.splat_f32s(factor), x)
}

/// x + factor · y.
#[inline(always)]
pub(super) fn plus<S: Simd>(simd: S, x: S::f32s, factor: f32, y: S::f32s) -> S::f32s {
    simd.mul_add_e_f32s(simd.splat_f32s(factor), y, x)
}

/// a · x + b · y.
#[inline(always)]
pub(super) fn mixed<S: Simd>(simd: S, [a, b]: [f32; 2], [x, y]: [S::f32s; 2]) -> S::f32s {
    plus(simd, times(simd, a, x), b, y)
}

/// x + y and x − y: what is even and what is odd at two points ±p, or the values there.
#[inline(always)]
pub(super) fn fold<S: Simd>(simd: S, x: S::f32s, y: S::f32s) -> [S::f32s; 2] {
    [simd.add_f32s(x, y), simd.sub_f32s(x, y)]
}

/// Bᵀ, of inputs: for each point the product of (x − p) over all other points p, with the inputs in place of powers of x.
pub(super) struct Inputs;

impl Matrix<REACH, REACH> for Inputs {
    #[inline(always)]
    fn times<S: Simd>(simd: S, d: [S::f32s; REACH]) -> [S::f32s; REACH] {
        let zero = plus(simd, plus(simd, d[4], -A2 - B2, d[2]), A2 * B2, d[0]);
        let end = plus(simd, plus(simd, d[5], -A2 - B2, d[3]), A2 * B2, d[1]);
        let (even_a, odd_a) = (plus(simd, d[4], -B2, d[2]), mixed(simd, [A, -A * B2], [d[3], d[1]]));
        let (even_b, odd_b) = (plus(simd, d[4], -A2, d[2]), mixed(simd, [B, -B * A2], [d[3], d[1]]));
        let ([a, minus_a], [b, minus_b]) = (fold(simd, even_a, odd_a), fold(simd, even_b, odd_b));
        [zero, a, minus_a, b, minus_b, end]
    }
}

/// Aᵀ, of products: at each point p the powers 1, p, p² and p³.
pub(super) struct Products;

impl Matrix<REACH, SIDE> for Products {
    #[inline(always)]
    fn times<S: Simd>(simd: S, [zero, a, minus_a, b, minus_b, end]: [S::f32s; REACH]) -> [S::f32s; SIDE] {
        let ([even_a, odd_a], [even_b, odd_b]) = (fold(simd, a, minus_a), fold(simd, b, minus_b));
        [
            simd.add_f32s(zero, simd.add_f32s(even_a, even_b)),
            mixed(simd, [A, B], [odd_a, odd_b]),
            mixed(simd, [A2, B2], [even_a, even_b]),
            simd.add_f32s(mixed(simd, [A * A2, B * B2], [odd_a, odd_b]), end),
        ]
    }
}

/// G, of weights: the values at the points, divided by the products of the distances.
pub(super) struct Filters;

impl Matrix<3, REACH> for Filters {
    #[inline(always)]
    fn times<S: Simd>(simd: S, [x, y, z]: [S::f32s; 3]) -> [S::f32s; REACH] {
        let (even_a, odd_a) = (mixed(simd, [1.0 / AT_A, A2 / AT_A], [x, z]), times(simd, A / AT_A, y));
        let (even_b, odd_b) = (mixed(simd, [1.0 / AT_B, B2 / AT_B], [x, z]), times(simd, B / AT_B, y));
        let ([a, minus_a], [b, minus_b]) = (fold(simd, even_a, odd_a), fold(simd, even_b, odd_b));
        [times(simd, 1.0 / AT_0, x), a, minus_a, b, minus_b, z]
    }
}
