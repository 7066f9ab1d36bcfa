import { anyDropout, DenseLayer, dropout, spatialDropout } from '@pastina/layers';

export const net = (x) => anyDropout(spatialDropout(dropout(new DenseLayer(x, { numUnits: 1 }))));
