// libhdf5 for Swift: its own header, and functions for the macros that Swift cannot import.
// A function is named after its macro: chdf5_ and then the macro's name.

#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#include <hdf5.h>

_Static_assert(H5_VERSION_GE(1, 10, 7), "HDF5 1.10.7 or later is needed: H5Pset_file_locking");
#ifndef H5_HAVE_PREADWRITE
#error "HDF5 with pread is needed: child processes that share a file would move each other's place in it"
#endif
_Static_assert(sizeof(hid_t) == 8, "ids are Int64 in Swift");
_Static_assert(sizeof(hsize_t) == 8, "sizes are UInt64 in Swift");

// Casts: Swift imports plain literals, not (hid_t)0.
static inline hid_t chdf5_H5P_DEFAULT(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_H5S_ALL(void) { return H5S_ALL; }
static inline hid_t chdf5_H5E_DEFAULT(void) { return H5E_DEFAULT; }

// Access flags: the macros call H5open() before they give a number.
static inline unsigned chdf5_H5F_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline unsigned chdf5_H5F_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }

// Property list classes: variables of the library, valid only after the H5open() in the macro.
static inline hid_t chdf5_H5P_FILE_ACCESS(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_H5P_FILE_CREATE(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_H5P_GROUP_CREATE(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_H5P_DATASET_CREATE(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_H5P_LINK_CREATE(void) { return H5P_LINK_CREATE; }

// Predefined types: likewise variables behind H5open().
static inline hid_t chdf5_H5T_NATIVE_INT8(void) { return H5T_NATIVE_INT8; }
static inline hid_t chdf5_H5T_NATIVE_INT16(void) { return H5T_NATIVE_INT16; }
static inline hid_t chdf5_H5T_NATIVE_INT32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_H5T_NATIVE_INT64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_H5T_NATIVE_UINT8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_H5T_NATIVE_UINT16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t chdf5_H5T_NATIVE_UINT32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t chdf5_H5T_NATIVE_UINT64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t chdf5_H5T_NATIVE_FLOAT(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_H5T_NATIVE_DOUBLE(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_H5T_C_S1(void) { return H5T_C_S1; }

// H5Literate: a function in 1.10, a macro over versioned functions since 1.12.
static inline herr_t chdf5_H5Literate(hid_t group, H5L_iterate_t visit, void *context) {
    return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, visit, context);
}

// Whether a link is the place of an object, not the name of one: 1, 0, or -1 where that cannot be read. H5Lget_info, too, is
// a macro since 1.12.
static inline int chdf5_is_hard_link(hid_t group, const char *path) {
    H5L_info_t info;
    return H5Lget_info(group, path, &info, H5P_DEFAULT) < 0 ? -1 : info.type == H5L_TYPE_HARD;
}

#endif
