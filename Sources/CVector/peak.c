#include "cvector.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define IN_REGISTER(value) __asm__("" : "+x"(value))
#else
#define IN_REGISTER(value) __asm__("" : "+w"(value))
#endif

// Independent sums, enough to hide the latency of one addition.
enum { FMA_SUMS = 10, DOT_SUMS = 16 };

// The compiler fuses the multiplication and the addition if the target has an instruction for both.
#define FMA_LOOP(lanes)                                                                \
    typedef float vector __attribute__((vector_size(sizeof(float) * lanes)));          \
    vector sums[FMA_SUMS] = {0}, factor = (vector){0} + 0.5f, other = factor + 0.25f;  \
    for (int64_t i = 0; i < iterations; i++) {                                         \
        _Pragma("unroll") for (int j = 0; j < FMA_SUMS; j++) {                         \
            sums[j] = sums[j] * factor + other;                                        \
            IN_REGISTER(sums[j]);                                                      \
        }                                                                              \
    }                                                                                  \
    *sink = sums[0][0];                                                                \
    return 2.0 * lanes * FMA_SUMS * (double)iterations

static double fma_128(int64_t iterations, float *sink) { FMA_LOOP(4); }

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static double fma_512(int64_t iterations, float *sink) { FMA_LOOP(16); }
__attribute__((target("avx2,fma"))) static double fma_256(int64_t iterations, float *sink) { FMA_LOOP(8); }

double cvector_multiply_add(int64_t iterations, float *sink) {
    if (__builtin_cpu_supports("avx512f")) return fma_512(iterations, sink);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return fma_256(iterations, sink);
    return fma_128(iterations, sink);
}

__attribute__((target("avx512f,avx512bf16"))) static double dot_512(int64_t iterations, float *sink) {
    __m512 sums[DOT_SUMS];
    for (int j = 0; j < DOT_SUMS; j++) sums[j] = _mm512_setzero_ps();
    __m512bh factor = (__m512bh)_mm512_set1_epi16(0x3f00);
    for (int64_t i = 0; i < iterations; i++) {
        _Pragma("unroll") for (int j = 0; j < DOT_SUMS; j++) {
            sums[j] = _mm512_dpbf16_ps(sums[j], factor, factor);
            IN_REGISTER(sums[j]);
        }
    }
    *sink = sums[0][0];
    return 2.0 * 32 * DOT_SUMS * (double)iterations;
}

double cvector_dot_bf16(int64_t iterations, float *sink) {
    return __builtin_cpu_supports("avx512bf16") ? dot_512(iterations, sink) : 0;
}
#else
double cvector_multiply_add(int64_t iterations, float *sink) { return fma_128(iterations, sink); }

double cvector_dot_bf16(int64_t iterations, float *sink) {
    (void)iterations, (void)sink;
    return 0;
}
#endif
