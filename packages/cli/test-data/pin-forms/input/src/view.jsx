#!/usr/bin/env node
import { flatten, pad } from '@pastina/core';

// äöü 🍝: what stands before does not shift what comes after
export const View = ({ x }) => <pre title={`${flatten(x)}`}>{pad(
  x,
  1,
)}</pre>;
export const short = (x) => pad(x);
