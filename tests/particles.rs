//! The laboratory's points on a graphics processor: the same solvers, the same ways, in single precision.

use std::num::NonZeroU32;
use std::rc::Rc;

use shared::solver::Solver;
use shared::time::Spacing;
use web::laboratory::{Laboratory, Scene, Way, start, travel};
use web::particles::{Cloud, Field, Gpu, Painter};
use wgpu::{BufferUsages, TextureFormat, TextureUsages};

use crate::backends::skip;

const POINTS: u64 = 200;

/// A graphics processor, real or imitated, if the machine has one.
fn gpu() -> Option<Rc<Gpu>> {
    let found = pollster::block_on(async {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default()).await.ok()?;
        adapter.request_device(&wgpu::DeviceDescriptor::default()).await.ok()
    });
    if found.is_none() {
        skip();
    }
    found.map(|(device, queue)| Rc::new(Gpu::new(device, queue)))
}

/// What lies in a buffer.
fn read(gpu: &Gpu, buffer: &wgpu::Buffer) -> Vec<u8> {
    let copy = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: buffer.size(),
        usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    encoder.copy_buffer_to_buffer(buffer, 0, &copy, 0, buffer.size());
    gpu.queue.submit([encoder.finish()]);
    copy.slice(..).map_async(wgpu::MapMode::Read, |done| done.expect("a buffer that can be read"));
    gpu.device.poll(wgpu::PollType::wait_indefinitely()).expect("the device works");
    copy.slice(..).get_mapped_range().expect("a mapped buffer").to_vec()
}

fn places(cloud: &Cloud) -> Vec<[f64; 2]> {
    let bytes = read(&cloud.gpu, &cloud.places.0);
    let number = |bytes: &[u8]| f64::from(f32::from_le_bytes(bytes.try_into().expect("4 bytes")));
    bytes.chunks_exact(8).map(|place| [number(&place[..4]), number(&place[4..])]).collect()
}

#[test]
fn points_go_the_same_way_on_a_graphics_processor() {
    let Some(gpu) = gpu() else { return };
    let laboratory = Laboratory { scene: Scene::Moons, target: Scene::Ring, ..Laboratory::default() };
    let [source, target] = [laboratory.scene, laboratory.target].map(|scene| laboratory.mixture(scene));
    let fields = [&source, &target].map(|mixture| Field::new(&gpu, mixture));
    let grid = Spacing::Edm.grid(NonZeroU32::new(6).expect("not 0"));
    for way in Way::ALL {
        let starts: Vec<Vec<f64>> = (0..POINTS).map(|number| start(way, &source, number)).collect();
        let pairs: Vec<[f64; 2]> = starts.iter().map(|place| [place[0], place[1]]).collect();
        for solver in Solver::FIXED {
            let (clouds, nfe) =
                travel(way, [&fields[0], &fields[1]], solver, &grid, Cloud::new(Rc::clone(&gpu), &pairs));
            let many: Vec<Vec<[f64; 2]>> = clouds.iter().map(places).collect();
            for (number, start) in starts.iter().enumerate() {
                let (one, own_nfe) = travel(way, [&source, &target], solver, &grid, start.clone());
                assert_eq!((one.len(), own_nfe), (many.len(), nfe));
                for (moment, place) in one.iter().enumerate() {
                    let there = many[moment][number];
                    let apart = (place[0] - there[0]).hypot(place[1] - there[1]);
                    // Single precision, where ways part between two heaps; measured on Mesa's rasteriser: below 1.5e-5.
                    assert!(apart < 1e-4, "{way} by {solver}, point {number}, moment {moment}: {apart:e} apart");
                }
            }
        }
    }
}

/// Every point is seen where it is, and nothing where there is none.
#[test]
fn points_are_drawn_where_they_are() {
    const SIDE: u32 = 64;
    let Some(gpu) = gpu() else { return };
    let places = [[-2.0, 1.5], [0.5, 0.5], [2.9, -2.9]];
    let cloud = Cloud::new(Rc::clone(&gpu), &places);
    let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: None,
        size: wgpu::Extent3d { width: SIDE, height: SIDE, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: TextureFormat::Rgba8Unorm,
        usage: TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let painter = Painter::new(&gpu, TextureFormat::Rgba8Unorm, 0.03);
    painter.paint(&texture.create_view(&wgpu::TextureViewDescriptor::default()), &cloud, &cloud, false);
    let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: u64::from(SIDE * SIDE * 4),
        usage: BufferUsages::COPY_DST | BufferUsages::COPY_SRC,
        mapped_at_creation: false,
    });
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &buffer,
            layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(SIDE * 4), rows_per_image: None },
        },
        texture.size(),
    );
    gpu.queue.submit([encoder.finish()]);
    let pixels = read(&gpu, &buffer);
    for (at, pixel) in pixels.chunks_exact(4).enumerate() {
        let centre = |index: usize| (index as f64 + 0.5) / f64::from(SIDE) * 6.0 - 3.0;
        let (x, y) = (centre(at % SIDE as usize), -centre(at / SIDE as usize));
        // Half the side of a point, 0.09 where the plane reaches to 3, and half a pixel.
        let distance = places.iter().map(|place| (place[0] - x).abs().max((place[1] - y).abs())).fold(9.0, f64::min);
        if distance < 0.08 {
            assert!(pixel[3] > 90, "a point at {x}, {y} is not seen: {pixel:?}");
        } else if distance > 0.15 {
            assert_eq!(pixel, [0; 4], "there is no point at {x}, {y}");
        }
    }
    // Left and above begins in blue to green, right and below in red to yellow or violet; no grey.
    let lit: Vec<&[u8]> = pixels.chunks_exact(4).filter(|pixel| pixel[3] > 0).collect();
    assert!(lit.len() >= 12 && lit.iter().all(|pixel| pixel[..3].iter().max() > pixel[..3].iter().min()), "{lit:?}");
}
