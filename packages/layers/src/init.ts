export { Constant, Normal, type NormalOptions, Uniform, type UniformOptions } from './init/basic.js';
export { type DeviationInitializer, Glorot, He } from './init/generic.js';
export { Initializer, type Sample, type SeedOption } from './init/initializer.js';
export { Orthogonal } from './init/orthogonal.js';
export { type GainOptions, GlorotNormal, GlorotUniform, HeNormal, HeUniform, ScaledInitializer } from './init/scaled.js';
export { Sparse, type SparseOptions } from './init/sparse.js';
