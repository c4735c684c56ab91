// The lightness of colours, half the side of a point where the plane is 2 wide, how far the plane reaches, and how much a point
// covers what lies behind it.
struct Given { lightness: f32, point: f32, reach: f32, opacity: f32 }

@group(0) @binding(0) var<uniform> given: Given;
@group(0) @binding(1) var<storage, read> starts: array<vec2f>;
@group(0) @binding(2) var<storage, read> places: array<vec2f>;

struct Corner {
    @builtin(position) position: vec4f,
    @location(0) colour: vec3f,
}

// One of twelve hues for the direction that a point lay in at the beginning, as on a page without a graphics processor.
fn colour(start: vec2f) -> vec3f {
    let turn = fract(atan2(start.y, start.x) / 6.2831853 + 1.0);
    let hue = floor(12.0 * turn) / 2.0;
    let wave = clamp(abs((hue + vec3f(0.0, 4.0, 2.0)) % 6.0 - 3.0) - 1.0, vec3f(0.0), vec3f(1.0));
    return given.lightness + 0.8 * (wave - 0.5) * (1.0 - abs(2.0 * given.lightness - 1.0));
}

@vertex
fn corner(@builtin(vertex_index) number: u32, @builtin(instance_index) at: u32) -> Corner {
    let side = vec2f(f32(number & 1u), f32(number >> 1u)) * 2.0 - 1.0;
    let place = places[at] / given.reach + given.point * side;
    return Corner(vec4f(place, 0.0, 1.0), colour(starts[at]));
}

@fragment
fn paint(seen: Corner) -> @location(0) vec4f {
    return vec4f(seen.colour * given.opacity, given.opacity);
}
