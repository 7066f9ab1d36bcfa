# Made the files beside it once, with NumPy 2.4: python3 numpy.py
# (this file has the module's name, so its folder is taken out of the search path first)
import sys
sys.path.pop(0)
import numpy as np

rows = np.arange(6).reshape(2, 3)
np.savez('kinds.npz',
         float64=rows / 8, float32=(rows / 8).astype('<f4'), float16=(rows / 8 - 0.25).astype('<f2'),
         int64=rows - 3, int32=(rows - 3).astype('<i4'), int16=(rows - 3).astype('<i2'), int8=(rows - 3).astype('i1'),
         uint64=rows.astype('<u8'), uint32=(rows + 4294967290).astype('<u4'), uint16=(rows + 65530).astype('<u2'), uint8=(rows + 250).astype('u1'),
         bool=rows % 2 == 0,
         bigFloat64=(rows / 8).astype('>f8'), bigFloat32=(rows / 8).astype('>f4'), bigFloat16=(rows / 8 - 0.25).astype('>f2'),
         bigInt64=(rows - 3).astype('>i8'), bigInt32=(rows - 3).astype('>i4'), bigInt16=(rows - 3).astype('>i2'), bigUint32=(rows + 4294967290).astype('>u4'),
         fortran=np.asfortranarray(rows.astype('<f4')), fortranCube=np.asfortranarray(np.arange(24).reshape(2, 3, 4).astype('>i2')),
         scalar=np.float32(2.5), empty=np.zeros((0, 4), '<f4'), special=np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]))
# what people who use Lasagne write: np.savez(path, *lasagne.layers.get_all_param_values(net))
values = [np.linspace(-1, 1, 6).reshape(3, 2).astype('f4'), np.array([0.5, -0.5], 'f4')] + [np.full((2,), k, 'f4') for k in range(9)]
np.savez('lasagne.npz', *values)
np.savez_compressed('lasagne-deflated.npz', *values)
for major in (1, 2, 3):
    with open('version%d.npy' % major, 'wb') as file:
        np.lib.format.write_array(file, rows.astype('<i4'), version=(major, 0))
np.save('text.npy', np.array(['a', 'bc']))
np.save('record.npy', np.zeros(2, [('x', '<f4'), ('y', '<i4')]))
np.save('complex.npy', np.zeros(2, 'c16'))
np.save('object.npy', np.array([None, 1], object), allow_pickle=True)
np.save('wide.npy', np.array([1, 2 ** 31]))
