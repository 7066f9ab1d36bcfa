export { readHdf5, type ReadHdf5Options } from './data/hdf5.js';
export { type NpyArray } from './formats/npy.js';
