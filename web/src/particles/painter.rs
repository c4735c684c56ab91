use super::cloud::Cloud;
use super::gpu::Gpu;
use crate::laboratory::REACH;

/// How much a point covers what lies behind it.
const OPACITY: f32 = 0.4;

/// Draws points.
#[derive(Debug)]
pub struct Painter {
    pipeline: wgpu::RenderPipeline,
    point: f32,
}

impl Painter {
    /// For images of this format; a `point` is half a side, where the plane is 2 wide.
    pub fn new(gpu: &Gpu, format: wgpu::TextureFormat, point: f32) -> Self {
        let module = gpu.device.create_shader_module(wgpu::include_wgsl!("points.wgsl"));
        let pipeline = gpu.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: None,
            layout: None,
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some("corner"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                buffers: &[],
            },
            primitive: wgpu::PrimitiveState {
                topology: wgpu::PrimitiveTopology::TriangleStrip,
                ..wgpu::PrimitiveState::default()
            },
            depth_stencil: None,
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some("paint"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                targets: &[Some(wgpu::ColorTargetState {
                    format,
                    blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                    write_mask: wgpu::ColorWrites::ALL,
                })],
            }),
            multiview_mask: None,
            cache: None,
        });
        Painter { pipeline, point }
    }

    /// Draws `cloud` in the colours of where it began, over nothing.
    pub fn paint(&self, view: &wgpu::TextureView, cloud: &Cloud, starts: &Cloud, dark: bool) {
        let gpu = &cloud.gpu;
        let lightness = if dark { 0.65 } else { 0.38 };
        let given = gpu.buffer(&[lightness, self.point, REACH as f32, OPACITY], wgpu::BufferUsages::UNIFORM);
        let group = gpu.group(&self.pipeline.get_bind_group_layout(0), &[&given, &starts.places.0, &cloud.places.0]);
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..wgpu::RenderPassDescriptor::default()
        });
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.draw(0..4, 0..cloud.count as u32);
        drop(pass);
        gpu.queue.submit([encoder.finish()]);
    }
}
