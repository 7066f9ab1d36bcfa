// Initial weights as a namespace of the umbrella. Named one by one: the API report cannot look through stars.
export { Constant, type GainOptions, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Initializer, Normal, type NormalOptions, type Sample, ScaledInitializer, type SeedOption, Uniform, type UniformOptions } from '@pastina/layers/init';
