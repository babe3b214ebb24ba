package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	persistencespb "go.temporal.io/server/api/persistence/v1"
	"go.temporal.io/server/common"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence"
	"go.temporal.io/server/common/persistence/serialization"
	"go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/resolver"
	"google.golang.org/protobuf/types/known/durationpb"
)

// ensureNamespace writes the namespace with its retention and search attributes into the database.
//
// This happens before the server starts, and not through its API, because the running server caches namespaces: a
// workflow started soon after an attribute was added through the API is rejected.
func ensureNamespace(ctx context.Context, store *config.SQL, o options) error {
	namespaces, closeStore, err := openNamespaces(store)
	if err != nil {
		return err
	}
	defer closeStore()

	existing, err := namespaces.GetNamespace(ctx, &persistence.GetNamespaceRequest{Name: o.namespace})
	var notFound *serviceerror.NamespaceNotFound
	switch {
	case errors.As(err, &notFound):
		return createNamespace(ctx, namespaces, o)
	case err != nil:
		return fmt.Errorf("read namespace %s: %w", o.namespace, err)
	default:
		return updateNamespace(ctx, namespaces, existing, o)
	}
}

func createNamespace(ctx context.Context, namespaces persistence.MetadataManager, o options) error {
	aliases, _, err := assignColumns(nil, o.attributes)
	if err != nil {
		return &setupError{err}
	}
	_, err = namespaces.CreateNamespace(ctx, &persistence.CreateNamespaceRequest{Namespace: &persistencespb.NamespaceDetail{
		Info: &persistencespb.NamespaceInfo{
			Id:    uuid.NewString(),
			Name:  o.namespace,
			State: enumspb.NAMESPACE_STATE_REGISTERED,
		},
		Config: &persistencespb.NamespaceConfig{
			Retention:                    durationpb.New(o.retention),
			HistoryArchivalState:         enumspb.ARCHIVAL_STATE_DISABLED,
			VisibilityArchivalState:      enumspb.ARCHIVAL_STATE_DISABLED,
			CustomSearchAttributeAliases: aliases,
		},
		ReplicationConfig: &persistencespb.NamespaceReplicationConfig{
			ActiveClusterName: clusterName,
			Clusters:          []string{clusterName},
		},
		FailoverVersion:             common.EmptyVersion,
		FailoverNotificationVersion: -1,
	}})
	if err != nil {
		return fmt.Errorf("create namespace %s: %w", o.namespace, err)
	}
	return nil
}

func updateNamespace(ctx context.Context, namespaces persistence.MetadataManager, existing *persistence.GetNamespaceResponse, o options) error {
	settings := existing.Namespace.GetConfig()
	aliases, added, err := assignColumns(settings.GetCustomSearchAttributeAliases(), o.attributes)
	if err != nil {
		return &setupError{err}
	}
	if !added && settings.GetRetention().AsDuration() == o.retention {
		return nil
	}
	settings.CustomSearchAttributeAliases = aliases
	settings.Retention = durationpb.New(o.retention)
	existing.Namespace.ConfigVersion++

	metadata, err := namespaces.GetMetadata(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the namespaces: %w", err)
	}
	err = namespaces.UpdateNamespace(ctx, &persistence.UpdateNamespaceRequest{
		Namespace:           existing.Namespace,
		IsGlobalNamespace:   existing.IsGlobalNamespace,
		NotificationVersion: metadata.NotificationVersion,
	})
	if err != nil {
		return fmt.Errorf("update namespace %s: %w", o.namespace, err)
	}
	return nil
}

// attributeColumns are the columns of the visibility table that carry a custom search attribute in any namespace, be it
// ours or one that somebody has added through the API.
func attributeColumns(ctx context.Context, store *config.SQL) (map[string]bool, error) {
	namespaces, closeStore, err := openNamespaces(store)
	if err != nil {
		return nil, err
	}
	defer closeStore()

	carrying := map[string]bool{}
	request := &persistence.ListNamespacesRequest{PageSize: 100, IncludeDeleted: true}
	for {
		page, err := namespaces.ListNamespaces(ctx, request)
		if err != nil {
			return nil, fmt.Errorf("list the namespaces: %w", err)
		}
		for _, found := range page.Namespaces {
			for column := range found.Namespace.GetConfig().GetCustomSearchAttributeAliases() {
				carrying[column] = true
			}
		}
		if request.NextPageToken = page.NextPageToken; len(request.NextPageToken) == 0 {
			return carrying, nil
		}
	}
}

// openNamespaces gives access to the namespaces in the database, without a server.
func openNamespaces(store *config.SQL) (_ persistence.MetadataManager, closeStore func(), err error) {
	serializer := serialization.NewSerializer()
	factory := sql.NewFactory(*store, resolver.NewNoopResolver(), clusterName, log.NewNoopLogger(), metrics.NoopMetricsHandler, serializer)
	metadata, err := factory.NewMetadataStore()
	if err != nil {
		factory.Close()
		return nil, nil, fmt.Errorf("open the namespaces: %w", err)
	}
	return persistence.NewMetadataManagerImpl(metadata, serializer, log.NewNoopLogger(), clusterName), factory.Close, nil
}
