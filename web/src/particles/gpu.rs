use wgpu::util::DeviceExt as _;

/// How places of points are used: by kernels, and by whoever wants to know them after all.
pub(super) const PLACES: wgpu::BufferUsages = wgpu::BufferUsages::STORAGE.union(wgpu::BufferUsages::COPY_SRC);

/// A graphics processor with the kernels that move points.
#[derive(Debug)]
pub struct Gpu {
    /// The device.
    pub device: wgpu::Device,
    /// What it is told to do.
    pub queue: wgpu::Queue,
    plus_scaled: wgpu::ComputePipeline,
    velocity: wgpu::ComputePipeline,
}

/// What a kernel does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kernel {
    /// Points, each with so many times a direction more.
    PlusScaled,
    /// The velocity of points, at a time, among heaps.
    Velocity,
}

impl Gpu {
    /// Compiles the kernels.
    pub fn new(device: wgpu::Device, queue: wgpu::Queue) -> Self {
        let module = device.create_shader_module(wgpu::include_wgsl!("kernels.wgsl"));
        let pipeline = |entry| {
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(entry),
                layout: None,
                module: &module,
                entry_point: Some(entry),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: None,
            })
        };
        let (plus_scaled, velocity) = (pipeline("plus_scaled"), pipeline("velocity"));
        Gpu { device, queue, plus_scaled, velocity }
    }

    /// Numbers on the device.
    pub(super) fn buffer(&self, numbers: &[f32], usage: wgpu::BufferUsages) -> wgpu::Buffer {
        let contents: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: None, contents: &contents, usage })
    }

    /// What `kernel` makes of `count` points.
    pub(super) fn run(
        &self,
        kernel: Kernel,
        number: f64,
        count: usize,
        places: &wgpu::Buffer,
        others: &wgpu::Buffer,
    ) -> wgpu::Buffer {
        let pipeline = match kernel {
            Kernel::PlusScaled => &self.plus_scaled,
            Kernel::Velocity => &self.velocity,
        };
        let given = self.buffer(&[number as f32, f32::from_bits(count as u32)], wgpu::BufferUsages::UNIFORM);
        let results = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: places.size(),
            usage: PLACES,
            mapped_at_creation: false,
        });
        let group = self.group(&pipeline.get_bind_group_layout(0), &[&given, places, others, &results]);
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.dispatch_workgroups(count.div_ceil(64) as u32, 1, 1);
        drop(pass);
        self.queue.submit([encoder.finish()]);
        results
    }

    /// Buffers, bound in this order.
    pub(super) fn group(&self, layout: &wgpu::BindGroupLayout, buffers: &[&wgpu::Buffer]) -> wgpu::BindGroup {
        let entries: Vec<_> = (0..)
            .zip(buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
            .collect();
        self.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries })
    }
}
