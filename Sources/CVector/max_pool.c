#include "clones.h"
#include "cvector.h"

#include <string.h>

// oneDNN 2.6.3 takes three to five times as long.

// A window's part within the image, along one axis.
typedef struct {
    size_t first, end;
} span;

static inline span window_at(size_t index, size_t stride, size_t padding, size_t window, size_t size) {
    const size_t start = index * stride, end = start + window - padding;
    return (span){start > padding ? start - padding : 0, end < size ? end : size};
}

CVECTOR_CLONES
void cvector_max_pool(const float *restrict input, const cvector_windows *w, float *restrict output, uint32_t *restrict pixels) {
    const size_t channels = w->channels;
    for (size_t row = 0; row < w->rows; row++) {
        for (size_t i = 0; i < w->output[0] * w->output[1]; i++) {
            const span ys = window_at(i / w->output[1], w->stride[0], w->padding[0], w->window[0], w->input[0]);
            const span xs = window_at(i % w->output[1], w->stride[1], w->padding[1], w->window[1], w->input[1]);
            const size_t corner = ys.first * w->input[1] + xs.first;
            for (size_t c = 0; c < channels; c++) {
                output[c] = input[corner * channels + c];
                pixels[c] = (uint32_t)corner;
            }
            for (size_t y = ys.first; y < ys.end; y++) {
                for (size_t x = xs.first; x < xs.end; x++) {
                    const uint32_t pixel = (uint32_t)(y * w->input[1] + x);
                    const float *values = input + pixel * channels;
                    for (size_t c = 0; c < channels; c++) {
                        const bool is_larger = values[c] > output[c] || values[c] != values[c];  // NaN stays
                        output[c] = is_larger ? values[c] : output[c];
                        pixels[c] = is_larger ? pixel : pixels[c];
                    }
                }
            }
            output += channels;
            pixels += channels;
        }
        input += w->input[0] * w->input[1] * channels;
    }
}

CVECTOR_CLONES
void cvector_max_pool_backward(const float *restrict output, const uint32_t *restrict pixels, const cvector_windows *w,
                               float *restrict input) {
    const size_t channels = w->channels, count = w->input[0] * w->input[1] * channels;
    for (size_t row = 0; row < w->rows; row++) {
        memset(input, 0, count * sizeof *input);
        for (size_t i = 0; i < w->output[0] * w->output[1]; i++) {
            const span ys = window_at(i / w->output[1], w->stride[0], w->padding[0], w->window[0], w->input[0]);
            const span xs = window_at(i % w->output[1], w->stride[1], w->padding[1], w->window[1], w->input[1]);
            for (size_t y = ys.first; y < ys.end; y++) {
                for (size_t x = xs.first; x < xs.end; x++) {
                    const uint32_t pixel = (uint32_t)(y * w->input[1] + x);
                    float *values = input + pixel * channels;
                    for (size_t c = 0; c < channels; c++) values[c] += pixels[c] == pixel ? output[c] : 0.0f;
                }
            }
            output += channels;
            pixels += channels;
        }
        input += count;
    }
}
