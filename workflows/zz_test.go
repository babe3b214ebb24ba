package workflows_test
import ("testing";"context";"os";"relance/stack";"relance/workflows";"go.temporal.io/sdk/client";"github.com/stretchr/testify/require";"time")
func TestZZ(t *testing.T){
 ctx,cancel:=context.WithTimeout(context.Background(),300*time.Second); defer cancel()
 tp,err:=stack.StartTemporal(ctx, stack.TemporalOptions{Binary:"../.build/relance-temporal",DataDir:t.TempDir(),SearchAttributes:workflows.SearchAttributeTypes(), Log: os.Stderr})
 require.NoError(t,err); defer tp.Stop(context.Background())
 c,err:=client.Dial(client.Options{HostPort:tp.Address, Identity:"w"}); require.NoError(t,err); defer c.Close()
 for _,s:=range stories(){ if os.Getenv("STORY")!="" && os.Getenv("STORY")!=s.name {continue}; h:=tell(ctx,t,c,s); if os.Getenv("DUMP")!="" { for _,e:=range h.Events { t.Log(e.EventId,e.EventType, e.String()) } } }
}
