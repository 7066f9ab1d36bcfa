/** What stands for a name of Lasagne that pastina does not have in camelCase, or a remark on one that it has. */
export interface Mapped {
  /** Names of pastina; none: left out. */
  readonly names: readonly string[];
  /** Why. */
  readonly remark: string;
  /** It is the same thing under the same name; there is only something to say. */
  readonly same?: true;
}

export const mapped: Readonly<Record<string, Mapped>> = {
  align_targets: { names: [], remark: 'shapes are compared instead: what would be broadcast by mistake, such as `(n,)` against `(n, 1)`, is an error with the cure' },
  get_rng: { names: ['setRandomSeed'], remark: 'initial weights come from one stream that starts at seed 0; `seed` gives an initialiser one of its own' },
  set_rng: { names: ['setRandomSeed'], remark: 'draws inside a network follow the `seed` of `compile`' },
  pool_2d: { names: ['pool'], remark: "a helper for Theano; the op of `@pastina/core` takes any number of axes" },
  pool_3d: { names: ['pool'], remark: 'as `pool_2d`' },
  pool_2d_nxn_regions: { names: ['SpatialPyramidPoolingLayer'], remark: 'a part of the layer' },
  GlobalPoolLayer: { names: ['GlobalPoolLayer'], same: true, remark: '`poolFunction`: any reduction of core, such as `max`' },
  Glorot: { names: ['Glorot'], same: true, remark: '`new Glorot(Normal, { gain })`' },
  He: { names: ['He'], same: true, remark: '`new He(Uniform, { gain })`; gain 1 as in Lasagne, √2 by `gain: \'relu\'`' },
  BatchNormLayer: { names: ['BatchNormLayer'], same: true, remark: 'running averages: pass `updates` to `getOutput`, hand the map to `compile`' },
  binary_hinge_loss: { names: ['binaryHingeLoss'], same: true, remark: '`logOdds` says what the predictions are; there is no warning to silence' },
  DilatedConv2DLayer: { names: ['DilatedConv2DLayer'], same: true, remark: '`flipFilters: true` is allowed' },
};

/** Keywords that pastina does not take, each with its reason; `*` is any name. */
export const leftOutArguments: Readonly<Record<string, string>> = {
  '*.c01b': 'the layout of cuda-convnet',
  'Conv1DLayer.convolution': 'backends choose the kernel',
  'Conv2DLayer.convolution': 'backends choose the kernel',
  'Conv3DLayer.convolution': 'backends choose the kernel',
  'BaseConvLayer.n': 'follows from the shape of the input',
};

/** Keywords whose default pastina declares under another name. */
export const renamedArguments: Readonly<Record<string, string>> = { 'Constant.val': 'value', 'LSTMLayer.cell_init': 'hidInit' };

/** Where several classes declare their defaults together: looked at where a class has none of its own. */
export const declaredWith: Readonly<Record<string, string>> = {
  ScaledTanH: 'ScaledTanh',
  BaseConvLayer: 'ConvLayer', Conv1DLayer: 'ConvLayer', Conv2DLayer: 'ConvLayer', Conv3DLayer: 'ConvLayer',
  TransposedConv2DLayer: 'TransposedConvLayer', TransposedConv3DLayer: 'TransposedConvLayer', TransposedConvLayer: 'ConvLayer',
  DilatedConv2DLayer: 'ConvLayer', LocallyConnected2DLayer: 'ConvLayer',
  Pool1DLayer: 'PoolLayer', Pool2DLayer: 'PoolLayer', Pool3DLayer: 'PoolLayer', MaxPool1DLayer: 'PoolLayer', MaxPool2DLayer: 'PoolLayer', MaxPool3DLayer: 'PoolLayer',
  Upscale1DLayer: 'UpscaleLayer', Upscale2DLayer: 'UpscaleLayer', Upscale3DLayer: 'UpscaleLayer',
  CustomRecurrentLayer: 'RecurrentLayer', LSTMLayer: 'RecurrentLayer', GRULayer: 'RecurrentLayer',
  TPSTransformerLayer: 'TransformerLayer', standardize: 'ScaleLayer',
};
