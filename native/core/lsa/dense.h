// The small dense algebra of the randomised SVD: tall thin float32 matrices, small float64 ones.
#pragma once
#include <cstddef>
#include <vector>

#include "core/support/pool.h"

namespace wikitag::lsa {

/** y^T y (width x width, row-major, float64) of a row-major y (rows x width); the same bits for any number of threads. */
std::vector<double> gram(const float* y, size_t rows, size_t width, Pool& pool);

/**
 * Replaces the columns of y (rows x width, row-major) by a basis of their span, by Cholesky QR with pivoting: columns that
 * depend on others are left out instead of amplified. One pass gives a well-conditioned basis, two passes an orthonormal
 * one (Yamamoto et al. 2015).
 * @returns the number of columns of the basis; y is then rows x that number, packed.
 */
size_t orthonormalise(std::vector<float>& y, size_t rows, size_t width, int passes, Pool& pool);

/** out = y * w for y (rows x inner) float32 and w (inner x width) float64, rounded to float32 at the end. */
void multiply_dense(const float* y, size_t rows, size_t inner, const double* w, size_t width, float* out, Pool& pool);

/**
 * Eigenvalues (ascending) and eigenvectors of a symmetric n x n matrix: Householder tridiagonalisation and implicit QL
 * (Golub and Van Loan, 8.3). `a` becomes the eigenvectors, one a column.
 */
std::vector<double> symmetric_eigen(std::vector<double>& a, size_t n);

}  // namespace wikitag::lsa
