#include "clones.h"
#include "cvector.h"

#include <math.h>

// Values are [positions, channels]. Sums over the positions are in double, channel by channel in the order of the positions; those
// of a block of channels stay in registers.
enum { BLOCK = 16 };

#define INLINE static inline __attribute__((always_inline))

// MARK: Moments

// Relative to the first position's values, so that squares of a large mean do not cancel.
INLINE void moments(const float *values, size_t positions, size_t channels, size_t count, double *means, double *squares) {
    double sums[BLOCK] = {0}, sums_of_squares[BLOCK] = {0};
    for (size_t p = 1; p < positions; p++) {
        const float *row = values + p * channels;
        for (size_t c = 0; c < count; c++) {
            const double difference = (double)row[c] - (double)values[c];
            sums[c] += difference;
            sums_of_squares[c] += difference * difference;
        }
    }
    for (size_t c = 0; c < count; c++) {
        means[c] = (double)values[c] + sums[c] / (double)positions;
        const double square = sums_of_squares[c] - sums[c] * sums[c] / (double)positions;
        squares[c] = square > 0 || isnan(square) ? square : 0;
    }
}

CVECTOR_CLONES
void cvector_channel_moments(const float *values, size_t positions, size_t channels, double *means, double *squares) {
    size_t c = 0;
    for (; c + BLOCK <= channels; c += BLOCK) moments(values + c, positions, channels, BLOCK, means + c, squares + c);
    if (c < channels) moments(values + c, positions, channels, channels - c, means + c, squares + c);
}

// MARK: Maps

// Forward and backward compute it by the same expression, so that both agree on what is positive.
INLINE float mapped(float value, float mean, float factor, float offset) { return (value - mean) * factor + offset; }

INLINE void map_channels(const float *restrict values, size_t positions, size_t channels, cvector_channel_map map,
                         bool is_rectified, float *restrict results) {
    for (size_t p = 0; p < positions; p++) {
        for (size_t c = 0; c < channels; c++) {
            const float z = mapped(values[p * channels + c], map.means[c], map.factors[c], map.offsets[c]);
            results[p * channels + c] = is_rectified && z <= 0 ? 0 : z;  // NaN stays NaN
        }
    }
}

CVECTOR_CLONES
void cvector_map_channels(const float *restrict values, size_t positions, size_t channels, cvector_channel_map map,
                          float *restrict results) {
    if (map.is_rectified) {
        map_channels(values, positions, channels, map, true, results);
    } else {
        map_channels(values, positions, channels, map, false, results);
    }
}

// MARK: Products

INLINE void products(const float *gradient, const float *values, size_t positions, size_t channels, size_t first,
                     size_t count, cvector_channel_map map, bool is_rectified, const float *factors, double *sums,
                     double *sums_of_products) {
    double sum[BLOCK] = {0}, product[BLOCK] = {0};
    const float *means = map.means + first, *map_factors = map.factors + first, *offsets = map.offsets + first;
    for (size_t p = 0; p < positions; p++) {
        const float *g = gradient + p * channels + first, *x = values + p * channels + first;
        for (size_t c = 0; c < count; c++) {
            const float own = is_rectified && mapped(x[c], means[c], map_factors[c], offsets[c]) <= 0 ? 0 : g[c];
            sum[c] += (double)own;
            product[c] += (double)(own * ((x[c] - means[c]) * factors[first + c]));
        }
    }
    for (size_t c = 0; c < count; c++) {
        sums[first + c] = sum[c];
        sums_of_products[first + c] = product[c];
    }
}

INLINE void all_products(const float *gradient, const float *values, size_t positions, size_t channels,
                         cvector_channel_map map, bool is_rectified, const float *factors, double *sums,
                         double *sums_of_products) {
    size_t c = 0;
    for (; c + BLOCK <= channels; c += BLOCK) {
        products(gradient, values, positions, channels, c, BLOCK, map, is_rectified, factors, sums, sums_of_products);
    }
    if (c < channels) {
        products(gradient, values, positions, channels, c, channels - c, map, is_rectified, factors, sums,
                 sums_of_products);
    }
}

CVECTOR_CLONES
void cvector_channel_products(const float *gradient, const float *values, size_t positions, size_t channels,
                              cvector_channel_map map, const float *factors, double *sums, double *sums_of_products) {
    if (map.is_rectified) {
        all_products(gradient, values, positions, channels, map, true, factors, sums, sums_of_products);
    } else {
        all_products(gradient, values, positions, channels, map, false, factors, sums, sums_of_products);
    }
}

// MARK: Gradients

INLINE void combine(const float *restrict gradient, const float *restrict values, size_t positions, size_t channels,
                    cvector_channel_map map, bool is_rectified, const float *restrict gradient_factors,
                    const float *restrict factors, const float *restrict offsets, float *restrict results) {
    for (size_t p = 0; p < positions; p++) {
        for (size_t c = 0; c < channels; c++) {
            const float x = values[p * channels + c];
            const float z = mapped(x, map.means[c], map.factors[c], map.offsets[c]);
            const float own = is_rectified && z <= 0 ? 0 : gradient[p * channels + c];
            results[p * channels + c] = own * gradient_factors[c] + mapped(x, map.means[c], factors[c], offsets[c]);
        }
    }
}

CVECTOR_CLONES
void cvector_channel_combine(const float *restrict gradient, const float *restrict values, size_t positions,
                             size_t channels, cvector_channel_map map, const float *restrict gradient_factors,
                             const float *restrict factors, const float *restrict offsets, float *restrict results) {
    if (map.is_rectified) {
        combine(gradient, values, positions, channels, map, true, gradient_factors, factors, offsets, results);
    } else {
        combine(gradient, values, positions, channels, map, false, gradient_factors, factors, offsets, results);
    }
}
