#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

enum { SOURCE, WEIGHTS, BIAS, DESTINATION, SCRATCHPAD, ARGUMENT_COUNT };

static const int argument_names[][ARGUMENT_COUNT] = {
    [CONEDNN_FORWARD] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST, DNNL_ARG_SCRATCHPAD},
    [CONEDNN_BACKWARD_DATA] = {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DIFF_DST,
                               DNNL_ARG_SCRATCHPAD},
    [CONEDNN_BACKWARD_WEIGHTS] = {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, DNNL_ARG_DIFF_DST,
                                  DNNL_ARG_SCRATCHPAD},
};

struct conednn_weights {
    descriptor packed;
    int axes;           // [outputs, inputs, height, width], or with groups before them
    dnnl_dims_t dims;
};

struct conednn_convolution {
    conednn_prepared prepared;
    size_t scratchpad_bytes;
};

// MARK: Descriptors

static bool is_computed(int argument, conednn_pass pass) {
    switch (pass) {
    case CONEDNN_FORWARD: return argument == DESTINATION;
    case CONEDNN_BACKWARD_DATA: return argument == SOURCE;
    case CONEDNN_BACKWARD_WEIGHTS: return argument == WEIGHTS;
    }
    return false;
}

static int describe_weights(const conednn_convolution_shape *shape, dnnl_dims_t dims) {
    const int64_t plain[] = {shape->output_channels / shape->groups, shape->input_channels / shape->groups,
                             shape->window[0], shape->window[1]};
    const int before = shape->groups > 1 ? 1 : 0;
    if (before) dims[0] = shape->groups;
    for (int i = 0; i < 4; i++) dims[before + i] = plain[i];
    return 4 + before;
}

static dnnl_status_t describe_all(descriptor d[SCRATCHPAD], const conednn_convolution_shape *shape, conednn_pass pass) {
    dnnl_status_t status = dnnl_success;
    const dnnl_data_type_t operand = shape->is_bf16 ? dnnl_bf16 : dnnl_f32;
#define TYPE(argument) (is_computed(argument, pass) ? dnnl_f32 : operand)
    const dnnl_dims_t source = {shape->rows, shape->input_channels, shape->input_size[0], shape->input_size[1]};
    const dnnl_dims_t destination = {shape->rows, shape->output_channels, shape->output_size[0], shape->output_size[1]};
    const dnnl_dims_t bias = {shape->output_channels};
    dnnl_dims_t weights;
    const int axes = describe_weights(shape, weights);
    TRY(describe(&d[SOURCE], 4, source, TYPE(SOURCE), dnnl_nhwc));
    TRY(describe(&d[DESTINATION], 4, destination, TYPE(DESTINATION), dnnl_nhwc));
    TRY(describe(&d[BIAS], 1, bias, dnnl_f32, dnnl_a));
    TRY(describe(&d[WEIGHTS], axes, weights, TYPE(WEIGHTS), dnnl_format_tag_any));
#undef TYPE
end:
    return status;
}

static dnnl_status_t create_attributes(dnnl_primitive_attr_t *attributes, conednn_activation activation) {
    dnnl_status_t status = dnnl_success;
    dnnl_post_ops_t operations = NULL;
    TRY(dnnl_primitive_attr_create(attributes));
    TRY(dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user));
    if (activation != CONEDNN_IDENTITY) {
        const conednn_function function = conednn_function_of(activation);
        TRY(dnnl_post_ops_create(&operations));
        TRY(append_eltwise(operations, function.kind, function.alpha));
        if (function.scale != 1.0f) TRY(append_eltwise(operations, dnnl_eltwise_linear, function.scale));
        TRY(dnnl_primitive_attr_set_post_ops(*attributes, operations));
    }
end:
    if (operations) dnnl_post_ops_destroy(operations);
    return status;
}

typedef struct {
    const conednn_convolution_shape *shape;
    conednn_pass pass;
} operation;

// What oneDNN 2.6.3 computes wrongly with bfloat16, as a comparison of random shapes with floats shows (ConvolutionTests). Version 3
// has not been tried.
static bool is_faulty(const char *implementation, const void *described) {
    const operation *o = described;
    const conednn_convolution_shape *s = o->shape;
    const bool has_tiles = strstr(implementation, "amx");
    switch (o->pass) {
    case CONEDNN_FORWARD:  // It reads past the images.
        return has_tiles && strstr(implementation, "brgconv") && s->window[0] * s->window[1] > 1
               && (s->stride[0] > s->window[0] || s->stride[1] > s->window[1]);
    case CONEDNN_BACKWARD_DATA:  // It takes the outputs of a pixel in pairs, and with them the next pixel's.
        return strstr(implementation, "jit_bf16_1x1") && s->output_channels / s->groups % 2 == 1;
    case CONEDNN_BACKWARD_WEIGHTS:  // It is wrong for most numbers of channels.
        return has_tiles && (s->dilation[0] > 1 || s->dilation[1] > 1);
    }
    return false;
}

// Describes the pass. Without weights, these have the order that it wants.
static dnnl_status_t create_plan_alone(dnnl_primitive_desc_t *out, descriptor d[SCRATCHPAD], dnnl_engine_t engine,
                                       const conednn_convolution_shape *shape, conednn_pass pass,
                                       const conednn_weights *weights) {
    dnnl_status_t status = dnnl_success;
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t forward = NULL;
    descriptor hint[SCRATCHPAD] = {0};
    const operation own = {shape, pass}, hinted = {shape, CONEDNN_FORWARD};
    const distrust faults = {is_faulty, &own}, faults_of_hint = {is_faulty, &hinted};
    geometry g;
    for (int i = 0; i < 2; i++) {
        g.strides[i] = shape->stride[i];
        g.dilations[i] = shape->dilation[i] - 1;
        g.before[i] = shape->padding_before[i];
        g.after[i] = shape->padding_after[i];
    }
    TRY(describe_all(d, shape, pass));
    if (weights) {
        forget(&d[WEIGHTS]);
        TRY(copy(&d[WEIGHTS], REFERENCE(weights->packed)));
    }
    TRY(create_attributes(&attributes, pass == CONEDNN_FORWARD ? shape->activation : CONEDNN_IDENTITY));
    const descriptor *bias = shape->has_bias ? &d[BIAS] : NULL;
    if (pass == CONEDNN_FORWARD) {
        TRY(plan_convolution(out, engine, &d[SOURCE], &d[WEIGHTS], bias, &d[DESTINATION], &g, attributes, faults));
        goto end;
    }
    // The backward passes take a forward pass for a hint.
    TRY(describe_all(hint, shape, CONEDNN_FORWARD));
    TRY(plan_convolution(&forward, engine, &hint[SOURCE], &hint[WEIGHTS], NULL, &hint[DESTINATION], &g, attributes,
                         faults_of_hint));
    if (pass == CONEDNN_BACKWARD_DATA) {
        TRY(plan_convolution_data(out, engine, &d[SOURCE], &d[WEIGHTS], &d[DESTINATION], &g, forward, attributes,
                                  faults));
    } else {
        TRY(plan_convolution_weights(out, engine, &d[SOURCE], &d[WEIGHTS], bias, &d[DESTINATION], &g, forward,
                                     attributes, faults));
    }
end:
    for (int i = 0; i < SCRATCHPAD; i++) forget(&hint[i]);
    if (forward) dnnl_primitive_desc_destroy(forward);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    return status;
}

// One plan at a time: on AVX-512 oneDNN 2.6.3 gives plans that are made at the same time each other's blocks, and with them another
// order of weights and of sums, once in some thousand times.
static pthread_mutex_t planning = PTHREAD_MUTEX_INITIALIZER;

static dnnl_status_t create_plan(dnnl_primitive_desc_t *out, descriptor d[SCRATCHPAD], dnnl_engine_t engine,
                                 const conednn_convolution_shape *shape, conednn_pass pass,
                                 const conednn_weights *weights) {
    pthread_mutex_lock(&planning);
    const dnnl_status_t status = create_plan_alone(out, d, engine, shape, pass, weights);
    pthread_mutex_unlock(&planning);
    return status;
}

// MARK: Weights

int conednn_weights_create(const conednn_convolution_shape *shape, conednn_pass pass, conednn_weights **out) {
    dnnl_engine_t engine;
    dnnl_status_t status = conednn_get_engine(&engine);
    if (status != dnnl_success) return status;
    conednn_weights *weights = calloc(1, sizeof *weights);
    if (!weights) return dnnl_out_of_memory;
    dnnl_primitive_desc_t description = NULL;
    descriptor d[SCRATCHPAD] = {0};
    weights->axes = describe_weights(shape, weights->dims);
    TRY(create_plan(&description, d, engine, shape, pass, NULL));
    TRY(copy(&weights->packed,
             dnnl_primitive_desc_query_md(
                 description, pass == CONEDNN_BACKWARD_WEIGHTS ? dnnl_query_diff_weights_md : dnnl_query_weights_md, 0)));
end:
    for (int i = 0; i < SCRATCHPAD; i++) forget(&d[i]);
    if (description) dnnl_primitive_desc_destroy(description);
    if (status != dnnl_success) {
        conednn_weights_destroy(weights);
        return status;
    }
    *out = weights;
    return 0;
}

void conednn_weights_destroy(conednn_weights *weights) {
    if (!weights) return;
    forget(&weights->packed);
    free(weights);
}

size_t conednn_weights_bytes(const conednn_weights *weights) { return descriptor_bytes(REFERENCE(weights->packed)); }

// A place in a blocked layout is a sum of one number for each axis.
static int64_t place(const layout *l, int axis, int64_t index) {
    int64_t place = 0, stride = 1;
    for (int i = l->block_count - 1; i >= 0; i--) {
        if (l->block_axes[i] == axis) {
            place += index % l->blocks[i] * stride;
            index /= l->blocks[i];
        }
        stride *= l->blocks[i];
    }
    return place + index * l->strides[axis];
}

int conednn_weights_places(const conednn_weights *weights, bool by_inputs, int64_t *channels, int64_t *taps) {
    layout l;
    const dnnl_status_t status = layout_of(&weights->packed, &l);
    if (status != dnnl_success) return status;
    const int first = weights->axes - 4;  // the axis of a group's outputs, before that of its inputs
    const int own = first + (by_inputs ? 1 : 0), other = first + (by_inputs ? 0 : 1);
    const int64_t *dims = weights->dims;
    for (int64_t c = 0; c < dims[own] * (first ? dims[0] : 1); c++) {
        channels[c] = place(&l, own, c % dims[own]) + (first ? place(&l, 0, c / dims[own]) : 0);
    }
    for (int64_t i = 0; i < dims[other]; i++) {
        for (int64_t y = 0; y < dims[first + 2]; y++) {
            for (int64_t x = 0; x < dims[first + 3]; x++) {
                *taps++ = place(&l, other, i) + place(&l, first + 2, y) + place(&l, first + 3, x);
            }
        }
    }
    return 0;
}

// MARK: Passes

int conednn_convolution_create(const conednn_convolution_shape *shape, conednn_pass pass, const conednn_weights *weights,
                               conednn_convolution **out) {
    dnnl_engine_t engine;
    dnnl_status_t status = conednn_get_engine(&engine);
    if (status != dnnl_success) return status;
    conednn_convolution *convolution = calloc(1, sizeof *convolution);
    if (!convolution) return dnnl_out_of_memory;
    dnnl_primitive_desc_t description = NULL;
    descriptor d[SCRATCHPAD] = {0};
    TRY(create_plan(&description, d, engine, shape, pass, weights));
    TRY(conednn_prepare_primitive(&convolution->prepared, description, argument_names[pass], ARGUMENT_COUNT));
    for (int i = SOURCE; i < SCRATCHPAD; i++) {
        if (i == BIAS && (!shape->has_bias || pass == CONEDNN_BACKWARD_DATA)) continue;
        TRY(conednn_prepare_argument(&convolution->prepared, i, REFERENCE(d[i])));
    }
    TRY(conednn_prepare_scratchpad(&convolution->prepared, SCRATCHPAD, description, &convolution->scratchpad_bytes));
    // With one pixel and strides, oneDNN (issue 6035) writes whole vectors of channels for each pixel of an image, and describes room
    // for the channels alone.
    if (shape->window[0] * shape->window[1] == 1 && shape->stride[0] * shape->stride[1] > 1) {
        convolution->scratchpad_bytes += (size_t)(shape->output_size[0] * shape->output_size[1]) * 16 * sizeof(float);
    }
end:
    for (int i = 0; i < SCRATCHPAD; i++) forget(&d[i]);
    if (description) dnnl_primitive_desc_destroy(description);
    if (status != dnnl_success) {
        conednn_convolution_destroy(convolution);
        return status;
    }
    *out = convolution;
    return 0;
}

void conednn_convolution_destroy(conednn_convolution *convolution) {
    if (!convolution) return;
    conednn_forget_prepared(&convolution->prepared);
    free(convolution);
}

size_t conednn_convolution_scratchpad_bytes(const conednn_convolution *convolution) {
    return convolution->scratchpad_bytes;
}

int conednn_convolution_execute(conednn_convolution *convolution, void *source, void *weights, float *bias,
                                void *destination, void *scratchpad) {
    void *handles[ARGUMENT_COUNT] = {source, weights, bias, destination, scratchpad};
    return conednn_execute(&convolution->prepared, handles);
}
