// Penalties as a namespace of the umbrella. Named one by one: the API report cannot look through stars.
export { applyPenalty, l1, l2, type Penalty, regularizeLayerParams, regularizeLayerParamsWeighted, regularizeNetworkParams, type RegularizeOptions } from '@pastina/layers/regularization';
