/* Finds where base64 of plain text may lie, without decoding anything.
 *
 * Of each group of four letters that stands for three printable bytes, the first three letters
 * can only be some of the alphabet. Five such groups in a row are looked for with the backward
 * search of Navarro and Raffinot: the automaton reads a window from its end, and where the end
 * fits nowhere the whole window is passed over, which is most of the time.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include <stdint.h>

#define WIDTH 20

static uint32_t fits[256];

static void prepare(void)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (unsigned value = 0; value < 64; value++) {
        uint32_t places = 0;
        for (unsigned at = 0; at < WIDTH; at++) {
            int fit = 1;
            switch (at % 4) {
            case 0: fit = value >= 8 && value < 32; break;
            case 1: fit = (value & 15) >= 2 && (value & 15) < 8; break;
            case 2: fit = (value & 3) < 2; break;
            default: break;
            }
            if (fit)
                places |= 1u << (WIDTH - 1 - at);
        }
        fits[(unsigned char)alphabet[value]] = places;
    }
    /* The other alphabet: neither letter can stand for the first three places. */
    fits['-'] = fits['+'];
    fits['_'] = fits['/'];
}

static int add(PyObject *list, Py_ssize_t end)
{
    PyObject *number = PyLong_FromSsize_t(end);
    int failed = number == NULL || PyList_Append(list, number) < 0;
    Py_XDECREF(number);
    return failed;
}

static PyObject *images(PyObject *self, PyObject *object)
{
    (void)self;
    Py_buffer buffer;
    if (PyObject_GetBuffer(object, &buffer, PyBUF_SIMPLE) < 0)
        return NULL;
    const unsigned char *text = buffer.buf;
    const Py_ssize_t size = buffer.len;
    const uint32_t all = (1u << WIDTH) - 1, top = 1u << (WIDTH - 1);
    PyObject *found = PyList_New(0);
    Py_ssize_t at = 0;
    while (found != NULL && at + WIDTH <= size) {
        uint32_t state = all;
        Py_ssize_t left = WIDTH, shift = WIDTH;
        while (left > 0 && (state &= fits[text[at + left - 1]]) != 0) {
            left--;
            if (state & top) {
                if (left > 0)
                    shift = left;
                else if (add(found, at + WIDTH))
                    Py_CLEAR(found);
            }
            state = (state << 1) & all;
        }
        at += shift;
    }
    PyBuffer_Release(&buffer);
    return found;
}

static PyMethodDef methods[] = {
    {"images", images, METH_O, "Return the ends of all places that fit."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_images", NULL, 0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__images(void)
{
    prepare();
    return PyModule_Create(&module);
}
