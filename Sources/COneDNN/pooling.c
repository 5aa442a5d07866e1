#include <stdlib.h>

#include "engine.h"

enum { SOURCE, DESTINATION, SCRATCHPAD, ARGUMENT_COUNT };

static const int forward_names[ARGUMENT_COUNT] = {DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_SCRATCHPAD};
static const int backward_names[ARGUMENT_COUNT] = {DNNL_ARG_DIFF_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_SCRATCHPAD};

struct conednn_pooling {
    conednn_prepared prepared;
    size_t scratchpad_bytes;
};

int conednn_pooling_create(const conednn_pooling_shape *shape, bool backward, conednn_pooling **out) {
    dnnl_engine_t engine;
    dnnl_status_t status = conednn_get_engine(&engine);
    if (status != dnnl_success) return status;
    conednn_pooling *pooling = calloc(1, sizeof *pooling);
    if (!pooling) return dnnl_out_of_memory;
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_primitive_desc_t forward = NULL, description = NULL;
    descriptor source = {0}, destination = {0};
    const dnnl_dims_t input = {shape->rows, shape->channels, shape->input_size[0], shape->input_size[1]};
    const dnnl_dims_t output = {shape->rows, shape->channels, shape->output_size[0], shape->output_size[1]};
    const dnnl_alg_kind_t algorithm =
        shape->counts_padding ? dnnl_pooling_avg_include_padding : dnnl_pooling_avg_exclude_padding;
    window w;
    for (int i = 0; i < 2; i++) {
        w.sizes[i] = shape->window[i];
        w.strides[i] = shape->stride[i];
        w.before[i] = shape->padding_before[i];
        w.after[i] = shape->padding_after[i];
    }
    TRY(describe(&source, 4, input, dnnl_f32, dnnl_nhwc));
    TRY(describe(&destination, 4, output, dnnl_f32, dnnl_nhwc));
    TRY(dnnl_primitive_attr_create(&attributes));
    TRY(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user));
    TRY(plan_pooling(&forward, engine, algorithm, &source, &destination, &w, attributes));
    if (backward) {
        TRY(plan_pooling_backward(&description, engine, algorithm, &source, &destination, &w, forward, attributes));
    }
    const_dnnl_primitive_desc_t chosen = backward ? description : forward;
    TRY(conednn_prepare_primitive(&pooling->prepared, chosen, backward ? backward_names : forward_names, ARGUMENT_COUNT));
    TRY(conednn_prepare_argument(&pooling->prepared, SOURCE, REFERENCE(source)));
    TRY(conednn_prepare_argument(&pooling->prepared, DESTINATION, REFERENCE(destination)));
    TRY(conednn_prepare_scratchpad(&pooling->prepared, SCRATCHPAD, chosen, &pooling->scratchpad_bytes));
end:
    forget(&source);
    forget(&destination);
    if (forward) dnnl_primitive_desc_destroy(forward);
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    if (status != dnnl_success) {
        conednn_pooling_destroy(pooling);
        return status;
    }
    *out = pooling;
    return 0;
}

void conednn_pooling_destroy(conednn_pooling *pooling) {
    if (!pooling) return;
    conednn_forget_prepared(&pooling->prepared);
    free(pooling);
}

size_t conednn_pooling_scratchpad_bytes(const conednn_pooling *pooling) { return pooling->scratchpad_bytes; }

int conednn_pooling_execute(conednn_pooling *pooling, float *source, float *destination, void *scratchpad) {
    void *handles[ARGUMENT_COUNT] = {source, destination, scratchpad};
    return conednn_execute(&pooling->prepared, handles);
}
