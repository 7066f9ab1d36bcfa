export { type GainOptions, GlorotUniform } from '@pastina/layers/init';
