// A number for all points: the factor of a sum, or a time. And how many points there are.
struct Given { number: f32, count: u32 }

// One Gaussian of a mixture, equally wide in both directions.
struct Heap { mean: vec2f, deviation: f32, weight: f32 }

@group(0) @binding(0) var<uniform> given: Given;
@group(0) @binding(1) var<storage, read> places: array<vec2f>;
@group(0) @binding(2) var<storage, read> directions: array<vec2f>;
@group(0) @binding(2) var<storage, read> heaps: array<Heap>;
@group(0) @binding(3) var<storage, read_write> results: array<vec2f>;

@compute @workgroup_size(64)
fn plus_scaled(@builtin(global_invocation_id) id: vec3u) {
    let at = id.x;
    if (at < given.count) {
        results[at] = places[at] + given.number * directions[at];
    }
}

// The logarithm of a heap's density at x and t, but for a constant.
fn log_density(heap: Heap, x: vec2f, t: f32) -> f32 {
    let variance = t * t * heap.deviation * heap.deviation + (1.0 - t) * (1.0 - t);
    let apart = x - t * heap.mean;
    return log(heap.weight / variance) - 0.5 * dot(apart, apart) / variance;
}

// As shared::mixture: the mean of the heaps' velocities, each by the probability that x belongs to it.
@compute @workgroup_size(64)
fn velocity(@builtin(global_invocation_id) id: vec3u) {
    let at = id.x;
    if (at >= given.count) {
        return;
    }
    let x = places[at];
    let t = given.number;
    var most = log_density(heaps[0], x, t);
    for (var k = 1u; k < arrayLength(&heaps); k++) {
        most = max(most, log_density(heaps[k], x, t));
    }
    var total = 0.0;
    var sum = vec2f(0.0);
    for (var k = 0u; k < arrayLength(&heaps); k++) {
        let heap = heaps[k];
        let share = exp(log_density(heap, x, t) - most);
        let squared = heap.deviation * heap.deviation;
        let slope = (t * squared - (1.0 - t)) / (t * t * squared + (1.0 - t) * (1.0 - t));
        total += share;
        sum += share * (heap.mean + slope * (x - t * heap.mean));
    }
    results[at] = sum / total;
}
