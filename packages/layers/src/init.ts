export { Constant, Normal, type NormalOptions, Uniform, type UniformOptions } from './init/basic.js';
export { Initializer, type Sample, type SeedOption } from './init/initializer.js';
export { type GainOptions, GlorotNormal, GlorotUniform, HeNormal, HeUniform, ScaledInitializer } from './init/scaled.js';
