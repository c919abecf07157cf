package strictyaml

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// fieldsOf maps the YAML keys of a struct to its fields. Fields tagged ",inline"
// give their own fields; fields tagged "-", untagged or unexported give none.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			maps.Copy(fields, fieldsOf(v.Field(i)))
		case name != "" && name != "-":
			fields[name] = v.Field(i)
		}
	}
	return fields
}

// list names the keys for a message.
func list(fields map[string]reflect.Value) string {
	if len(fields) == 0 {
		return "no keys: write {}"
	}
	return strings.Join(slices.Sorted(maps.Keys(fields)), ", ")
}
