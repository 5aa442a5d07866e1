// Matrix multiplication and activations through oneDNN, the same for versions 2 and 3 of the library.
//
// A matmul belongs to one worker at a time, since execution sets the handles of its memory objects. Its scratchpad is the
// caller's, because oneDNN's library-managed one gives silently wrong results when workers share a primitive.
#ifndef CONEDNN_H
#define CONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Return values beside 0 and oneDNN's other statuses.
#define CONEDNN_OUT_OF_MEMORY 1
#define CONEDNN_UNSUITABLE_RUNTIME (-1)

typedef struct conednn_matmul conednn_matmul;
typedef struct conednn_eltwise conednn_eltwise;

typedef enum {
    CONEDNN_IDENTITY,
    CONEDNN_SIGMOID,
    CONEDNN_TANH,
    CONEDNN_RELU,
    CONEDNN_LEAKY_RELU,
    CONEDNN_ELU,
    CONEDNN_SELU,
    CONEDNN_GELU,
    CONEDNN_GELU_TANH,
    CONEDNN_SILU,
    CONEDNN_SOFTPLUS,
} conednn_activation;

// destination [rows, columns] = activation(left [rows, inner] · right [inner, columns] + bias [columns]), or
// destination += left · right; left and destination are row-major.
typedef struct {
    int64_t rows;
    int64_t columns;
    int64_t inner;
    bool is_bf16;           // left and right; bias and destination are floats
    bool right_has_strips;  // of 64 columns, each row-major and zero-padded to a multiple of 16 rows; for bfloat16 of 32,
                            // with the elements of rows 2k and 2k + 1 as neighbours. oneDNN's BA16a64b, and BA16a64b2a.
    bool has_bias;
    bool accumulates;  // adds the product to destination
    conednn_activation activation;
} conednn_matmul_shape;

// Whether oneDNN computes fastest on a right operand in strips, on this CPU. If not, right is row-major.
bool conednn_prefers_strips(bool is_bf16);
// Whether oneDNN multiplies a row-major right operand of floats in place, without a copy in its scratchpad.
bool conednn_uses_rows_in_place(int64_t columns);
// Whether oneDNN uses bfloat16 instructions on this CPU, and whether these multiply tiles (AMX).
bool conednn_has_bf16(void);
bool conednn_multiplies_tiles(void);

// The kind of threads that the library is built for: OMP, SEQ, TBB, …
const char *conednn_runtime(void);
// Makes the engine, which all others need. All of these return 0, oneDNN's status (its name: conednn_status_name), or
// CONEDNN_UNSUITABLE_RUNTIME.
int conednn_prepare(void);
int conednn_matmul_create(const conednn_matmul_shape *shape, conednn_matmul **matmul);
int conednn_matmul_execute(conednn_matmul *matmul, const void *left, const void *right, const float *bias,
                           float *destination, void *scratchpad);

void conednn_matmul_destroy(conednn_matmul *matmul);
size_t conednn_matmul_scratchpad_bytes(const conednn_matmul *matmul);

// forward: result = activation(input); backward: gradient, dL/dresult, becomes dL/dinput. For one worker at a time,
// like a matmul; not for CONEDNN_SELU.
int conednn_eltwise_create(conednn_activation activation, int64_t count, conednn_eltwise **eltwise);
int conednn_eltwise_forward(conednn_eltwise *eltwise, const float *input, float *result);
int conednn_eltwise_backward(conednn_eltwise *eltwise, const float *input, float *gradient);
void conednn_eltwise_destroy(conednn_eltwise *eltwise);

const char *conednn_status_name(int status);

// "2.6.3"
void conednn_version(char text[32]);
// The instruction set that oneDNN computes with here: "avx512_core_bf16".
const char *conednn_instructions(void);

#endif
