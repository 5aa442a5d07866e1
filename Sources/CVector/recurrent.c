#include <math.h>
#include <string.h>

#include "clones.h"
#include "cvector.h"

#define INLINE static inline __attribute__((always_inline))

// MARK: Functions, within 3 units in the last place; NaN stays NaN

typedef struct {
    float power;  // 2^n
    float rest;   // exp(r) - 1
} exponential;

// exp(x) = 2^n exp(r), with |r| <= log(2) / 2 and the polynomial of the Cephes library; x within [-87, 88].
INLINE exponential exponential_of(float x) {
    const float shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number, in the lowest bits
    const float shifted = x * 1.44269504088896341f + shift;
    const float n = shifted - shift;
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    int32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (int32_t)((uint32_t)(bits - 0x4B400000 + 127) << 23);
    exponential result = {.rest = p * (r * r) + r};
    memcpy(&result.power, &bits, sizeof bits);
    return result;
}

INLINE float within(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

INLINE float sigmoid(float x) {
    const exponential e = exponential_of(within(-x, -87.0f, 87.0f));
    return 1.0f / (1.0f + (e.power * e.rest + e.power));
}

// t / (t + 2) with t = exp(2 |x|) - 1, which is as exact near 0 as elsewhere.
INLINE float hyperbolic_tangent(float x) {
    const exponential e = exponential_of(within(2.0f * fabsf(x), 0.0f, 20.0f));
    const float t = e.power * e.rest + (e.power - 1.0f);
    return copysignf(t / (t + 2.0f), x);
}

// MARK: Cells

// A result may lie where an operand of the same element lay.
#define EACH(index, count) _Pragma("clang loop vectorize(assume_safety)") for (size_t index = 0; index < (count); index++)
#define EACH_UNIT(unit) EACH(unit, units)

CVECTOR_CLONES
void cvector_rnn(const float *sums, size_t rows, size_t units, float *hidden) {
    EACH(i, rows * units) hidden[i] = hyperbolic_tangent(sums[i]);
}

CVECTOR_CLONES
void cvector_rnn_backward(const float *hidden, const float *hidden_gradient, size_t rows, size_t units, float *sums_gradient) {
    EACH(i, rows * units) sums_gradient[i] = hidden_gradient[i] * (1.0f - hidden[i] * hidden[i]);
}

CVECTOR_CLONES
void cvector_lstm(const float *sums, const float *cells_before, size_t rows, size_t units, float *gates, float *cells,
                  float *hidden) {
    for (size_t r = 0; r < rows; r++) {
        const float *z = sums + 4 * r * units, *before = cells_before + r * units;
        float *g = gates + 4 * r * units, *c = cells + r * units, *h = hidden + r * units;
        EACH_UNIT(u) {
            const float input = sigmoid(z[u]), forget = sigmoid(z[units + u]);
            const float candidate = hyperbolic_tangent(z[2 * units + u]), output = sigmoid(z[3 * units + u]);
            const float cell = forget * before[u] + input * candidate;
            g[u] = input;
            g[units + u] = forget;
            g[2 * units + u] = candidate;
            g[3 * units + u] = output;
            c[u] = cell;
            h[u] = output * hyperbolic_tangent(cell);
        }
    }
}

CVECTOR_CLONES
void cvector_lstm_backward(const float *gates, const float *cells_before, const float *cells, const float *hidden_gradient,
                           size_t rows, size_t units, float *cells_gradient, float *sums_gradient) {
    for (size_t r = 0; r < rows; r++) {
        const float *g = gates + 4 * r * units, *before = cells_before + r * units, *c = cells + r * units;
        const float *dh = hidden_gradient + r * units;
        float *dc = cells_gradient + r * units, *dz = sums_gradient + 4 * r * units;
        EACH_UNIT(u) {
            const float input = g[u], forget = g[units + u], candidate = g[2 * units + u], output = g[3 * units + u];
            const float squashed = hyperbolic_tangent(c[u]);
            const float cell = dc[u] + dh[u] * output * (1.0f - squashed * squashed);
            dz[u] = cell * candidate * input * (1.0f - input);
            dz[units + u] = cell * before[u] * forget * (1.0f - forget);
            dz[2 * units + u] = cell * input * (1.0f - candidate * candidate);
            dz[3 * units + u] = dh[u] * squashed * output * (1.0f - output);
            dc[u] = cell * forget;
        }
    }
}

CVECTOR_CLONES
void cvector_gru(const float *sums, const float *recurrent_sums, const float *bias, const float *hidden_before, size_t rows,
                 size_t units, float *gates, float *hidden) {
    for (size_t r = 0; r < rows; r++) {
        const float *x = sums + 3 * r * units, *s = recurrent_sums + 3 * r * units, *before = hidden_before + r * units;
        float *g = gates + 4 * r * units, *h = hidden + r * units;
        EACH_UNIT(u) {
            const float update = sigmoid(x[u] + s[u]), reset = sigmoid(x[units + u] + s[units + u]);
            const float recurrent = s[2 * units + u] + bias[u];
            const float candidate = hyperbolic_tangent(x[2 * units + u] + reset * recurrent);
            g[u] = update;
            g[units + u] = reset;
            g[2 * units + u] = candidate;
            g[3 * units + u] = recurrent;
            h[u] = candidate + update * (before[u] - candidate);
        }
    }
}

CVECTOR_CLONES
void cvector_gru_backward(const float *gates, const float *hidden_before, size_t rows, size_t units, float *hidden_gradient,
                          float *sums_gradient, float *recurrent_gradient) {
    for (size_t r = 0; r < rows; r++) {
        const float *g = gates + 4 * r * units, *before = hidden_before + r * units;
        float *dh = hidden_gradient + r * units, *dx = sums_gradient + 3 * r * units, *ds = recurrent_gradient + 3 * r * units;
        EACH_UNIT(u) {
            const float update = g[u], reset = g[units + u], candidate = g[2 * units + u], recurrent = g[3 * units + u];
            const float of_candidate = dh[u] * (1.0f - update) * (1.0f - candidate * candidate);
            const float of_update = dh[u] * (before[u] - candidate) * update * (1.0f - update);
            const float of_reset = of_candidate * recurrent * reset * (1.0f - reset);
            dx[u] = ds[u] = of_update;
            dx[units + u] = ds[units + u] = of_reset;
            dx[2 * units + u] = of_candidate;
            ds[2 * units + u] = of_candidate * reset;
            dh[u] *= update;
        }
    }
}

// MARK: The cell whose candidate reads hidden values that are reset before the multiplication

CVECTOR_CLONES
void cvector_gru_gates(const float *sums, const float *recurrent_sums, const float *hidden_before, size_t rows, size_t units,
                       float *gates, float *reset_hidden) {
    for (size_t r = 0; r < rows; r++) {
        const float *x = sums + 3 * r * units, *s = recurrent_sums + 2 * r * units, *before = hidden_before + r * units;
        float *g = gates + 3 * r * units, *h = reset_hidden + r * units;
        EACH_UNIT(u) {
            g[u] = sigmoid(x[u] + s[u]);
            const float reset = sigmoid(x[units + u] + s[units + u]);
            g[units + u] = reset;
            h[u] = reset * before[u];
        }
    }
}

CVECTOR_CLONES
void cvector_gru_candidate(const float *sums, const float *recurrent_sums, const float *hidden_before, size_t rows,
                           size_t units, float *gates, float *hidden) {
    for (size_t r = 0; r < rows; r++) {
        const float *x = sums + 3 * r * units, *s = recurrent_sums + r * units, *before = hidden_before + r * units;
        float *g = gates + 3 * r * units, *h = hidden + r * units;
        EACH_UNIT(u) {
            const float candidate = hyperbolic_tangent(x[2 * units + u] + s[u]);
            g[2 * units + u] = candidate;
            h[u] = candidate + g[u] * (before[u] - candidate);
        }
    }
}

CVECTOR_CLONES
void cvector_gru_candidate_backward(const float *gates, const float *hidden_before, size_t rows, size_t units,
                                    float *hidden_gradient, float *sums_gradient, float *recurrent_gradient,
                                    float *candidate_gradient) {
    for (size_t r = 0; r < rows; r++) {
        const float *g = gates + 3 * r * units, *before = hidden_before + r * units;
        float *dh = hidden_gradient + r * units, *dx = sums_gradient + 3 * r * units;
        float *ds = recurrent_gradient + 2 * r * units, *dn = candidate_gradient + r * units;
        EACH_UNIT(u) {
            const float update = g[u], candidate = g[2 * units + u];
            dx[u] = ds[u] = dh[u] * (before[u] - candidate) * update * (1.0f - update);
            dx[2 * units + u] = dn[u] = dh[u] * (1.0f - update) * (1.0f - candidate * candidate);
            dh[u] *= update;
        }
    }
}

CVECTOR_CLONES
void cvector_gru_gates_backward(const float *gates, const float *hidden_before, const float *reset_hidden_gradient, size_t rows,
                                size_t units, float *hidden_gradient, float *sums_gradient, float *recurrent_gradient) {
    for (size_t r = 0; r < rows; r++) {
        const float *g = gates + 3 * r * units, *before = hidden_before + r * units, *d = reset_hidden_gradient + r * units;
        float *dh = hidden_gradient + r * units, *dx = sums_gradient + 3 * r * units, *ds = recurrent_gradient + 2 * r * units;
        EACH_UNIT(u) {
            const float reset = g[units + u];
            dx[units + u] = ds[units + u] = d[u] * before[u] * reset * (1.0f - reset);
            dh[u] += d[u] * reset;
        }
    }
}
