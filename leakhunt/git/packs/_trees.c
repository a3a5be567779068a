/* What folders hold, told from the trees of a pack.

   pure_trees.py and pure_forest.py have the same functions in Python and say what they mean; tests
   compare the two.
   Formats: Documentation/gitformat-pack and "Tree Objects" in git's sources.

   Trees are data that somebody else wrote: every read is checked against the end of its buffer.
   Nothing here keeps a pointer beyond a call. */

#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030B0000
#endif
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "_ops.h"
#include "_objects.h"
#include "_entries.h"
#include "_forest.h"
#include "_changes.h"
#include "_walk.h"
#include "_order.h"

static PyMethodDef methods[] = {
    {"entries", entries, METH_VARARGS,
     "entries(content, delta, base, base_starts, rank, width) -> (starts, added, removed)"},
    {"walk_folders", walk_folders, METH_VARARGS,
     "walk_folders(pack, offset, head, size, child, sibling, decompress, inflate, roots, width,"
     " limit) -> (added, removed, failed)"},
    {"gather", gather, METH_VARARGS, "gather(added, removed, width) -> (keys, pairs, oids, gone)"},
    {"number", number, METH_VARARGS, "number(oids, table, numbers, width, start) -> numbers"},
    {"trace", trace, METH_VARARGS,
     "trace(bases, added, removed, wanted, limit) -> (entries, likeness)"},
    {"child", child, METH_VARARGS, "child(tree, key, bases, added, removed) -> object"},
    {"changes", changes, METH_VARARGS,
     "changes(entries, likeness, modes, names, count, goals, bases, added, removed, commits,"
     " deepest, most, limit) -> rows"},
    {"fitting", fitting, METH_VARARGS, "fitting(added, folders, kinds) -> whether they fit"},
    {"under", under, METH_VARARGS, "under(added, keys, count) -> objects"},
    {"rows", rows_from, METH_VARARGS, "rows(pairs, objects, keys, shift) -> rows"},
    {"shifted", shifted, METH_VARARGS, "shifted(bases, shift) -> bases"},
    {"order", order, METH_VARARGS,
     "order(rows, found, tips, total) -> (commits, trees, firsts, parents)"},
    {"stirring", stirring, METH_VARARGS, "stirring(likeness, trees, firsts, parents) -> places"},
    {"arrange", arrange, METH_VARARGS, "arrange(rows, width, count) -> rows"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_trees", "Reading trees; see pure_trees.py.", -1, methods,
    NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__trees(void)
{
    PyObject *text = PyBytes_FromString("a name");
    if (!text)
        return NULL;
    seed = (uint64_t)PyObject_Hash(text); /* Python draws it anew for each process */
    Py_DECREF(text);
    return PyModule_Create(&module);
}
