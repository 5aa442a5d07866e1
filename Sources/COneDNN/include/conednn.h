// Matrix multiplication, convolution, pooling by means and activations through oneDNN, the same for versions 2 and 3 of the library.
//
// A matmul or convolution belongs to one worker at a time, since execution sets the handles of its memory objects. Its scratchpad is the
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
// Whether this CPU has AVX2.
bool conednn_has_avx2(void);
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
// like a matmul. The scale of CONEDNN_SELU is left to the caller.
int conednn_eltwise_create(conednn_activation activation, int64_t count, conednn_eltwise **eltwise);
int conednn_eltwise_forward(conednn_eltwise *eltwise, const float *input, float *result);
int conednn_eltwise_backward(conednn_eltwise *eltwise, const float *input, float *gradient);
void conednn_eltwise_destroy(conednn_eltwise *eltwise);

// A convolution of images, rows x height x width x channels in that order of memory. A sequence has height 1. The pairs are
// of height and width.
typedef struct {
    int64_t rows;
    int64_t input_size[2];
    int64_t output_size[2];
    int64_t input_channels;
    int64_t output_channels;
    int64_t window[2];
    int64_t stride[2];
    int64_t dilation[2];  // the distance of neighbours in the window, 1 or more
    int64_t padding_before[2];
    int64_t padding_after[2];
    int64_t groups;  // divides both numbers of channels
    bool is_bf16;    // the operands; results, bias and gradients of weights are floats
    bool has_bias;
    conednn_activation activation;  // of the forward pass
} conednn_convolution_shape;

// What is computed: the output; the gradient of the input, from weights and the output's gradient; the gradient of the
// weights and the bias, from input and the output's gradient.
typedef enum { CONEDNN_FORWARD, CONEDNN_BACKWARD_DATA, CONEDNN_BACKWARD_WEIGHTS } conednn_pass;

// The order in which a pass wants the weights, or gives their gradients, in memory. The plain order is
// [output channels, input channels / groups, height, width]. It may be used by several workers at a time.
typedef struct conednn_weights conednn_weights;
int conednn_weights_create(const conednn_convolution_shape *shape, conednn_pass pass, conednn_weights **weights);
void conednn_weights_destroy(conednn_weights *weights);
size_t conednn_weights_bytes(const conednn_weights *weights);

// Where the packed order has each weight: element (o, t) of the plain one, t over inputs, height and width, at
// channels[o] + taps[t]. With by_inputs, element (i, t) of the order [input channels, output channels / groups, height, width].
// It fails for an order that is no such sum.
int conednn_weights_places(const conednn_weights *weights, bool by_inputs, int64_t *channels, int64_t *taps);

// source and destination are input and output, or their gradients where the pass computes with these.
typedef struct conednn_convolution conednn_convolution;
int conednn_convolution_create(const conednn_convolution_shape *shape, conednn_pass pass, const conednn_weights *weights,
                               conednn_convolution **convolution);
int conednn_convolution_execute(conednn_convolution *convolution, void *source, void *weights, float *bias,
                                void *destination, void *scratchpad);
void conednn_convolution_destroy(conednn_convolution *convolution);
size_t conednn_convolution_scratchpad_bytes(const conednn_convolution *convolution);

// The means of windows of images, rows x height x width x channels in that order of memory. The pairs are of height and width.
typedef struct {
    bool counts_padding;  // as zeros
    int64_t rows;
    int64_t input_size[2];
    int64_t output_size[2];
    int64_t channels;
    int64_t window[2];
    int64_t stride[2];
    int64_t padding_before[2];
    int64_t padding_after[2];
} conednn_pooling_shape;

// source and destination are input and output, or backward their gradients. For one worker at a time.
typedef struct conednn_pooling conednn_pooling;
int conednn_pooling_create(const conednn_pooling_shape *shape, bool backward, conednn_pooling **pooling);
int conednn_pooling_execute(conednn_pooling *pooling, float *source, float *destination, void *scratchpad);
void conednn_pooling_destroy(conednn_pooling *pooling);
size_t conednn_pooling_scratchpad_bytes(const conednn_pooling *pooling);

const char *conednn_status_name(int status);

// "2.6.3"
void conednn_version(char text[32]);
// The instruction set that oneDNN computes with here: "avx512_core_bf16".
const char *conednn_instructions(void);

#endif
