package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"shipshape/checker"
	"shipshape/checker/engine"
	"shipshape/exercises"
)

func main() {
	ctx := context.Background()
	cat, err := exercises.Load(exercises.Embedded())
	if err != nil {
		panic(err)
	}
	ex := cat.Exercise(os.Args[1])
	what := os.Args[2]
	tmp, _ := os.MkdirTemp("", "try")
	defer os.RemoveAll(tmp)
	starter := tmp + "/starter"
	dir := tmp + "/work"
	must(ex.WriteStarter(starter))
	switch what {
	case "starter":
		must(ex.WriteStarter(dir))
	case "solution":
		must(ex.WriteStarter(dir))
		_, err = ex.WriteSolution(dir)
		must(err)
	default:
		must(ex.WriteVariant(dir, what))
	}
	c, err := engine.Open(ctx, engine.Options{DataDir: "/tmp/trydata"})
	must(err)
	run, err := c.NewRun(ctx)
	must(err)
	rep, err := checker.Grade(ctx, run, ex.Submission(dir, starter), checker.Options{Observe: func(e checker.Event) {
		switch e := e.(type) {
		case checker.StepChanged:
			if e.Step.Done {
				fmt.Fprintln(os.Stderr, e.Build, e.Step.Name, e.Step.Line, e.Step.Cached, e.Step.Duration)
			}
		}
	}})
	must(err)
	must(run.Close())
	out, _ := json.MarshalIndent(rep, "", " ")
	fmt.Println(string(out))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
