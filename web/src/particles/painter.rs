use super::cloud::Cloud;
use super::gpu::Gpu;
use crate::laboratory::REACH;

/// Half the side of a point, where the plane is 2 wide.
const POINT: f32 = 0.0028;

/// How much a point covers what lies behind it.
const OPACITY: f32 = 0.4;

/// Draws points on a canvas.
#[derive(Debug)]
pub(super) struct Painter {
    surface: wgpu::Surface<'static>,
    pipeline: wgpu::RenderPipeline,
}

impl Painter {
    /// # Errors
    /// If the canvas takes no images of this graphics processor.
    pub(super) fn new(
        gpu: &Gpu,
        adapter: &wgpu::Adapter,
        surface: wgpu::Surface<'static>,
        [width, height]: [u32; 2],
    ) -> Result<Self, String> {
        let mut configuration =
            surface.get_default_config(adapter, width, height).ok_or("it cannot draw on this canvas")?;
        configuration.alpha_mode = wgpu::CompositeAlphaMode::PreMultiplied;
        surface.configure(&gpu.device, &configuration);
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
                    format: configuration.format,
                    blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                    write_mask: wgpu::ColorWrites::ALL,
                })],
            }),
            multiview_mask: None,
            cache: None,
        });
        Ok(Painter { surface, pipeline })
    }

    /// Draws `cloud` in the colours of where it began.
    ///
    /// # Errors
    /// If the canvas is lost.
    pub(super) fn draw(&self, cloud: &Cloud, starts: &Cloud, dark: bool) -> Result<(), String> {
        use wgpu::CurrentSurfaceTexture::{Suboptimal, Success};
        let (Success(texture) | Suboptimal(texture)) = self.surface.get_current_texture() else {
            return Err("the canvas is lost".to_owned());
        };
        let gpu = &cloud.gpu;
        let lightness = if dark { 0.65 } else { 0.38 };
        let given = gpu.buffer(&[lightness, POINT, REACH as f32, OPACITY], wgpu::BufferUsages::UNIFORM);
        let group = gpu.group(&self.pipeline.get_bind_group_layout(0), &[&given, &starts.places, &cloud.places]);
        let view = texture.texture.create_view(&wgpu::TextureViewDescriptor::default());
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &view,
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
        gpu.queue.present(texture);
        Ok(())
    }
}
