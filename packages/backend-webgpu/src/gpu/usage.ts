/** Flags of buffers, by their numbers: where there is no WebGPU there are no names for them either. */
export const usage = { mapRead: 1, copySource: 4, copyTarget: 8, storage: 128 } as const;
