/** What {@link trainedBits} gives, wherever it runs. */
export declare const expectedBits: number;
