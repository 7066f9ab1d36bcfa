/** `GPUShaderStage.COMPUTE` */
const compute = 4;

/** So many storage buffers, each to read and write. */
export function bindingLayout(device: GPUDevice, bindings: number): { readonly bindings: GPUBindGroupLayout; readonly pipeline: GPUPipelineLayout } {
  const entries = Array.from({ length: bindings }, (_, binding): GPUBindGroupLayoutEntry => ({ binding, visibility: compute, buffer: { type: 'storage' } }));
  const layout = device.createBindGroupLayout({ entries });
  return { bindings: layout, pipeline: device.createPipelineLayout({ bindGroupLayouts: [layout] }) };
}
