#include "core/lsa/kernel_loops.h"

const wikitag::lsa::Kernels wikitag::lsa::kPortableKernels = {add_sparse_row, add_gram, multiply_tile};
