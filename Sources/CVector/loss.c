#include <math.h>

#include "clones.h"
#include "cvector.h"

static size_t largest_of(const float *row, size_t columns) {
    size_t largest = 0;
    for (size_t j = 1; j < columns; j++) largest = row[j] > row[largest] ? j : largest;
    return largest;
}

// MARK: Classes

double cvector_softmax_cross_entropy(const float *logits, const int32_t *labels, float *gradient, size_t rows,
                                     size_t columns, float samples, int64_t *correct) {
    double loss = 0;
    int64_t right = 0;
    for (size_t r = 0; r < rows; r++) {
        const float *z = logits + r * columns;
        float *g = gradient + r * columns;
        const size_t label = (size_t)labels[r];
        const size_t largest = largest_of(z, columns);
        right += largest == label;
        float sum = 0;
        for (size_t j = 0; j < columns; j++) {
            g[j] = expf(z[j] - z[largest]);
            sum += g[j];
        }
        for (size_t j = 0; j < columns; j++) g[j] = g[j] / sum / samples;
        g[label] -= 1.0f / samples;
        loss += log((double)sum) - ((double)z[label] - (double)z[largest]);
    }
    *correct += right;
    return loss;
}

// The smoothed probability of class j in row r.
static float probability(cvector_class_targets targets, size_t r, size_t j, size_t columns) {
    const float t = targets.labels ? (float)((size_t)targets.labels[r] == j) : targets.targets[r * columns + j];
    return (1.0f - targets.smoothing) * t + targets.smoothing / (float)columns;
}

double cvector_class_cross_entropy(const float *logits, cvector_class_targets targets, float *gradient, size_t rows,
                                   size_t columns, float samples, int64_t *correct) {
    double loss = 0;
    for (size_t r = 0; r < rows; r++) {
        const float *z = logits + r * columns;
        float *g = gradient + r * columns;
        const size_t largest = largest_of(z, columns);
        const size_t label =
            targets.labels ? (size_t)targets.labels[r] : largest_of(targets.targets + r * columns, columns);
        *correct += largest == label;
        float sum = 0;
        for (size_t j = 0; j < columns; j++) {
            g[j] = expf(z[j] - z[largest]);
            sum += g[j];
        }
        float weight = 0;
        for (size_t j = 0; j < columns; j++) {
            const float q = probability(targets, r, j, columns), w = targets.weights ? targets.weights[j] : 1.0f;
            if (q == 0.0f) continue;
            weight += w * q;
            // -log softmax(z)_j
            const double surprise = log((double)sum) - ((double)z[j] - (double)z[largest]);
            loss += (double)w * (double)q * (surprise + (targets.is_divergence ? log((double)q) : 0.0));
        }
        for (size_t j = 0; j < columns; j++) {
            const float w = targets.weights ? targets.weights[j] : 1.0f;
            g[j] = (g[j] / sum * weight - w * probability(targets, r, j, columns)) / samples;
        }
    }
    return loss;
}

double cvector_class_hinge(const float *logits, const int32_t *labels, float *gradient, size_t rows, size_t columns,
                           float samples, int64_t *correct) {
    double loss = 0;
    const float slope = 1.0f / ((float)columns * samples);
    for (size_t r = 0; r < rows; r++) {
        const float *z = logits + r * columns;
        float *g = gradient + r * columns;
        const size_t label = (size_t)labels[r];
        *correct += largest_of(z, columns) == label;
        float wrong = 0;
        for (size_t j = 0; j < columns; j++) {
            const float excess = 1.0f + z[j] - z[label];
            const bool counts = j != label && excess > 0.0f;
            loss += counts ? (double)excess : 0.0;
            wrong += (float)counts;
            g[j] = counts ? slope : 0.0f;
        }
        g[label] = -wrong * slope;
    }
    return loss / (double)columns;
}

// MARK: Losses of each output by itself

double cvector_sigmoid_cross_entropy(const float *logits, const float *targets, float *gradient, size_t count,
                                     float divisor, float samples, float smoothing, float weight_0, float weight_1) {
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        const float z = logits[i], t = (1.0f - smoothing) * targets[i] + smoothing / 2.0f;
        const float one = weight_1 * t, zero = weight_0 * (1.0f - t);
        // log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)): exact for large |z|, where exp(z) alone would overflow.
        const double rest = log1p(exp(-fabs((double)z)));
        loss += (double)one * ((z < 0 ? -(double)z : 0.0) + rest) + (double)zero * ((z > 0 ? (double)z : 0.0) + rest);
        gradient[i] = ((one + zero) / (1.0f + expf(-z)) - one) / (divisor * samples);
    }
    return loss / (double)divisor;
}

double cvector_squared_error(const float *outputs, const float *targets, float *gradient, size_t count, float divisor,
                             float samples) {
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        const float difference = outputs[i] - targets[i];
        loss += (double)difference * (double)difference;
        gradient[i] = 2.0f * difference / (divisor * samples);
    }
    return loss / (double)divisor;
}

double cvector_absolute_error(const float *outputs, const float *targets, float *gradient, size_t count, float divisor,
                              float samples) {
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        const float difference = outputs[i] - targets[i];
        loss += fabs((double)difference);
        gradient[i] = (float)((difference > 0.0f) - (difference < 0.0f)) / (divisor * samples);
    }
    return loss / (double)divisor;
}

double cvector_huber(const float *outputs, const float *targets, float *gradient, size_t count, float divisor,
                     float samples, float delta) {
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        const float difference = outputs[i] - targets[i];
        const double size = fabs((double)difference), d = (double)delta;
        loss += size <= d ? size * size / 2 : d * (size - d / 2);
        const float slope = difference > delta ? delta : difference < -delta ? -delta : difference;
        gradient[i] = slope / (divisor * samples);
    }
    return loss / (double)divisor;
}

double cvector_hinge(const float *logits, const float *targets, float *gradient, size_t count, float divisor,
                     float samples, float margin) {
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        const float sign = targets[i] >= 0.5f ? 1.0f : -1.0f, excess = margin - sign * logits[i];
        const bool is_wrong = excess > 0.0f || (margin == 0.0f && excess == 0.0f && sign < 0.0f);
        loss += is_wrong ? (double)excess : 0.0;
        gradient[i] = is_wrong ? -sign / (divisor * samples) : 0.0f;
    }
    return loss / (double)divisor;
}
