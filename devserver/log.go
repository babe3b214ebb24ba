package main

import (
	"os"

	"go.temporal.io/server/common/log"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// serverLog writes the server's log as JSON lines on standard error.
//
// While the services come up and go down one after the other, those that run complain about those that do not. Unless
// more than warnings were asked for, only what ends the process is logged then.
type serverLog struct {
	log.Logger
	wanted zapcore.Level
	level  zap.AtomicLevel
}

func newServerLog(level string) serverLog {
	atLeast := zap.NewAtomicLevel()
	core := zapcore.NewCore(zapcore.NewJSONEncoder(log.DefaultZapEncoderConfig), zapcore.Lock(os.Stderr), atLeast)
	l := serverLog{
		Logger: log.NewZapLogger(zap.New(core)),
		wanted: log.ParseZapLevel(level),
		level:  atLeast,
	}
	l.beginTransition()
	return l
}

// beginTransition is for the start and the stop of the services.
func (l serverLog) beginTransition() {
	if l.wanted >= zap.WarnLevel {
		l.level.SetLevel(zap.FatalLevel)
	} else {
		l.level.SetLevel(l.wanted)
	}
}

// endTransition is for when all services run.
func (l serverLog) endTransition() { l.level.SetLevel(l.wanted) }
